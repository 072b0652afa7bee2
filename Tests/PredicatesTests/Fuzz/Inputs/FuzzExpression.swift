/// Random expressions over requests, most of them well typed, built from the grammar.
///
/// What it makes is as wide as the language: every operator and function, every spelling of a literal, OpenResty's names, and now and
/// then an operand of a wrong type.
struct FuzzExpression {
    var generator: Generator

    static let texts = [
        "header[\"x-canary\"]", "header[\"x-app-version\"]", "cookie.uid", "cookie[\"a b\"]", "query.debug", "client.address", "path",
        "method",
        "host", "scheme", "request.target", "ngx.var.http_x_canary", "ngx.var.remote_addr", "ngx.var.request_uri", "ngx.var.cookie_uid",
        "ngx.var.arg_debug", "ngx.req.get_headers()[\"x-canary\"]", "ngx.req.get_uri_args().debug", "header['long']",
    ]
    static let strings = [
        "\"\"", "\"a\"", "'sh'", "[[long\n]]", "[==[ ]] ]==]", "\"\\x41\\65\\u{7fffffff}\\z  \\n\"", "\"10\"", "'0x1p4'", "\" 1e3 \"",
        "\"true\"", "\"上海\"", "\"/cart/\"", "\"a\\0b\"", "\"1.2.3-rc.1+b\"", "\"10.0.0.1\"",
    ]
    static let patterns = [
        "\"^/cart/%d+\"", "\".-(%d*)$\"", "\"(%w+)/(%w+)\"", "\"%b()\"", "\"%f[%w]%w+\"", "\"(a*)*%1\"", "\"[^/]-x?$\"", "\"(()(()))\"",
        "\"a-a-a-a-a-a-b\"", "\".*.*.*=.*x\"", "\"[%a-z%]]\"", "\"^(.-)%1$\"", "\"%\"", "\"[\"", "\"(\"", "\"%9\"", "\"%f\"", "\"\"",
    ]
    static let regexes = [
        "\"^/api/v[0-9]+/\"", "\"(a|b)*c{2,5}$\"", "\"(a*)*b\"", "\"\\\\d+\\\\.\\\\w\"", "\"[^a-z]+?x\"", "\"(?i)x\"", "\"a{1,1000}\"",
        "\"(?:x|y)+\\\\b\"", "\"[[:alpha:]]\"", "\"((((((a?)?)?)?)?)?){9}\"", "\"(?=a)\"", "\"\\\\1\"", "\"a**\"", "\"[z-a]\"", "\"|\"",
    ]
    static let numbers = [
        "0", "1", "100", "0x10", "0xA.8p0", "1e308", "5e-324", ".5", "3.", "9223372036854775807", "9223372036854775808", "1e999",
        "0x8000000000000000", "2^53", "-1", "64", "(0/0)",
    ]
    static let networks = [
        "\"10.0.0.0/8\"", "\"192.168.1.0/24\"", "\"2001:db8::/32\"", "\"0.0.0.0/0\"", "\"::1\"", "\"10.0.0.1/8\"", "\"x\"",
    ]

    mutating func condition(_ depth: Int) -> String {
        if depth <= 0 {
            return generator.pick(["true", "tagged(\"blue\")", "tag[\"x\"]", "path == \"/\"", "header[\"x-canary\"]", "not query.debug"])
        }
        switch generator.below(16) {
        case 0: return "not \(group(condition(depth - 1)))"
        case 1, 2, 3: return "\(group(condition(depth - 1))) and \(group(condition(depth - 1)))"
        case 4, 5: return "\(group(condition(depth - 1))) or \(group(condition(depth - 1)))"
        case 6, 7: return "\(text(depth - 1)) \(comparison()) \(text(depth - 1))"
        case 8, 9: return "\(number(depth - 1)) \(comparison()) \(number(depth - 1))"
        case 10: return "inCIDR(\(text(0)), \(generator.pick(Self.networks)), \(generator.pick(Self.networks)))"
        case 11: return "oneOf(\(text(depth - 1)), \(list()))"
        case 12: return "semver(\(text(0))) \(comparison()) semver(\(generator.pick(["\"2.0.0\"", "\"1.0.0-rc.1\"", "path"])))"
        case 13:
            return "ngx.re.match(\(text(0)), \(generator.pick(Self.regexes)), \"\(generator.pick(["", "i", "jo", "ijos", "x"]))\") ~= nil"
        case 14: return "\(receiver(depth)):match(\(generator.pick(Self.patterns))) ~= nil"
        default: return "(\(receiver(depth)):find(\(pattern(depth)), \(generator.below(9) - 2)\(generator.pick([", true", ""])))) == nil"
        }
    }

    mutating func text(_ depth: Int) -> String {
        if depth <= 0 || generator.chance(40) { return generator.pick(generator.chance(70) ? Self.texts : Self.strings) }
        if generator.chance(2) { return wild(depth) }
        switch generator.below(9) {
        case 0, 1: return "(\(text(depth - 1)) .. \(text(depth - 1)))"
        case 2: return "(\(text(depth - 1)) or \(text(depth - 1)))"
        case 3: return "\(receiver(depth)):\(generator.pick(["lower", "upper", "reverse"]))()"
        case 4: return "\(receiver(depth)):sub(\(generator.below(40) - 20), \(number(0)))"
        case 5: return "\(receiver(depth)):rep(\(generator.pick(["0", "3", "100", "65536", "1e9", "-1"])), \(text(0)))"
        case 6: return "\(receiver(depth)):gsub(\(pattern(depth)), \(generator.pick(["\"%0%0\"", "\"%1\"", "\"\"", "\"x\"", "\"%\""])))"
        case 7: return "tostring(\(number(depth - 1)))"
        default: return "(\(text(depth - 1)) .. \(number(depth - 1)))"
        }
    }

    mutating func number(_ depth: Int) -> String {
        if depth <= 0 || generator.chance(40) { return generator.pick(Self.numbers) }
        if generator.chance(2) { return wild(depth) }
        switch generator.below(9) {
        case 0, 1, 2: return "(\(number(depth - 1)) \(generator.pick(["+", "-", "*", "/", "//", "%", "^"])) \(number(depth - 1)))"
        case 3: return "(\(number(depth - 1)) \(generator.pick(["&", "|", "~", "<<", ">>"])) \(number(depth - 1)))"
        case 4: return generator.pick(["-", "~", "- -"]) + number(depth - 1)
        case 5: return "#\(receiver(depth))"
        case 6: return "\(generator.pick(["crc32", "murmur2", "murmur3", "ngx.crc32_short", "bucket", "percent"]))(\(text(depth - 1)))"
        case 7: return "\(generator.pick(["bucket", "percent"]))(\(text(0)), \"s\") % \(generator.pick(Self.numbers))"
        default:
            return generator.pick(["now()", "tonumber(\(text(depth - 1)))", "\(receiver(depth)):byte(\(generator.below(5)))", "path:len()"])
        }
    }

    private mutating func comparison() -> String { generator.pick(["==", "~=", "<", "<=", ">", ">="]) }
    private mutating func group(_ source: String) -> String { generator.chance(60) ? "(\(source))" : source }
    private mutating func pattern(_ depth: Int) -> String { generator.chance(85) ? generator.pick(Self.patterns) : text(depth - 1) }
    private mutating func receiver(_ depth: Int) -> String { generator.chance(60) ? generator.pick(Self.texts) : "(\(text(depth - 1)))" }

    private mutating func list() -> String {
        let count = generator.chance(3) ? 300 : 1 + generator.below(5)
        return "{" + (0..<count).map { _ in generator.pick(Self.strings) }.joined(separator: generator.pick([", ", "; "])) + "}"
    }

    /// What seldom fits where it stands.
    private mutating func wild(_ depth: Int) -> String {
        generator.pick(["nil", "{1}", "unknown", "header", "f()", "30s", condition(depth - 1), number(depth - 1), text(depth - 1), "..."])
    }
}
