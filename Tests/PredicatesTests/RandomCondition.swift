import Predicates

/// Random conditions of the shapes that rules have: tests of fields against constants, hashes, networks, patterns, joined by `and`, `or`
/// and `not`.
struct RandomCondition {
    var generator: Generator

    static let fields = ["header[\"a\"]", "cookie.b", "query.c", "client.address", "path", "header[\"v\"]"]
    static let texts = [
        "", "a", "true", "True", "abc", "abcdefgh", "abcdefghi", "abcdefgz", "sh", "bj", "/api/v1/users", "/api", "10.1.2.3", "192.168.7.1",
        "::ffff:10.1.2.3", "2001:db8::1", "10.1.2.300", "01.2.3.4", "1.2", "2.0.0", "v2.1", "2.0.0-rc.1", "1.999999999999999999.0", "5",
        "-7", "42", " 42 ",
        "0x10", "1e3", "9223372036854775807", "user-42", "a.b(c", "%d", "é", "ABCDEFGHIJ", "ABCDEFGHIj",
    ]
    static let patterns = [
        "^/api", "^/api/", "api", "^/api/v%d+", "(%w+)/(%w+)", "[^/]+$", "a)", "^a)", "(a", "%", "", "^", "$", "a-", "^%d+%.%d+",
        "%f[%w]%w+", "()", ".",
    ]
    static let comparisons = ["==", "~=", "<", "<=", ">", ">="]

    mutating func condition(depth: Int) -> String {
        if depth <= 0 || generator.chance(20) { return test() }
        switch generator.below(5) {
        case 0: return "not (\(condition(depth: depth - 1)))"
        case 1, 2: return "(\(condition(depth: depth - 1))) and (\(condition(depth: depth - 1)))"
        default: return "(\(condition(depth: depth - 1))) or (\(condition(depth: depth - 1)))"
        }
    }

    private mutating func field() -> String { generator.pick(Self.fields) }
    private mutating func quoted() -> String { "\"\(generator.pick(Self.texts))\"" }
    private mutating func comparison() -> String { generator.pick(Self.comparisons) }

    private mutating func compared(_ left: String, _ right: String) -> String {
        generator.chance(80) ? "\(left) \(comparison()) \(right)" : "\(right) \(comparison()) \(left)"
    }

    private mutating func test() -> String {
        switch generator.below(18) {
        case 0: return compared(field(), quoted())
        case 1: return "\(field()) == \(quoted())"
        case 2: return compared(field(), generator.chance(50) ? "nil" : field())
        case 3: return field()
        case 4: return "tagged(\"t\") == \(generator.pick(["true", "false"]))"
        case 5: return "oneOf(\(field()), {\((0...generator.below(12)).map { _ in quoted() }.joined(separator: ", "))})"
        case 6: return "oneOf(\(field()), {\(quoted()), \(generator.pick(["nil", "5", "true"]))})"
        case 7:
            let networks = [
                "10.0.0.0/8", "10.1.2.3", "192.168.0.0/16", "2001:db8::/32", "0.0.0.0/0", "::/0", "1.0.0.0/8", "2.0.0.0/8", "3.0.0.0/8",
            ]
            let some = (0...generator.below(9)).map { _ in "\"\(generator.pick(networks))\"" }
            return "inCIDR(\(field()), \(some.joined(separator: ", ")))"
        case 8, 9:
            let hash = generator.pick(["crc32", "murmur2", "murmur3", "ngx.crc32_short"])
            let text = generator.pick([field(), "\(field()) .. \(field())", "\(field()) .. \"/\" .. \(field())", "\"x\" .. \(field())"])
            let modulus = generator.pick(["", " % 100", " % 1", " % 7", " % 4294967295", " % 0", " % -3", " % 5000000000", " % 2.5"])
            let bound = generator.pick(["30", "0", "-1", "50", "4294967295", "4294967296", "30.5", "2147483648", "\(generator.below(100))"])
            return compared("\(hash)(\(text))\(modulus)", bound)
        case 10:
            let salt = generator.pick(["", ", \"s\"", ", \"checkout-1\""])
            return compared("bucket(\(field())\(salt))", generator.pick(["3000", "0", "10000", "-5", "\(generator.below(10_000))"]))
        case 11:
            let bound = generator.pick(["30", "0.01", "99.99", "100", "12.34", "(0/0)", "-0.0", "\(Double(generator.below(10_000)) / 100)"])
            return compared("percent(\(field()), \"s\")", bound)
        case 12:
            let rest = generator.pick([" ~= nil", " == nil", ""])
            return "\(field()):\(generator.pick(["match", "find"]))(\"\(generator.pick(Self.patterns))\")\(rest)"
        case 13:
            return
                "\(field()):find(\"\(generator.pick(Self.patterns))\", \(generator.pick(["1", "nil", "2", "-3"])), \(generator.pick(["true", "false"])))"
        case 14: return compared("semver(\(field()))", "semver(\"\(generator.pick(["2.0.0", "v2.1", "1.2.3", "2.0.0-rc.2"]))\")")
        case 15: return compared("tonumber(\(field()))", "\(generator.below(60) - 10)")
        case 16:
            let pattern = generator.pick(["^/api/v[0-9]+", "a|b", "^(/[a-z]+)+$", "[[:digit:]]{2,3}", "\\\\bapi\\\\b", "^$", "(a|b|ab)*c"])
            let options = generator.pick(["", ", \"jo\"", ", \"i\"", ", \"u\""])
            return "ngx.re.match(\(field()), \"\(pattern)\"\(options))\(generator.pick([" ~= nil", " == nil", ""]))"
        default:
            switch generator.below(5) {
            case 0: return compared("#\(field())", "\(generator.below(12) - 2)")
            case 1: return "\(field()):lower() == \(quoted())"
            case 2: return compared("now()", "\(generator.below(200))")
            case 3: return "(\(field()) or \(field())) == \(quoted())"
            default: return "\(field()):sub(1, 4) == \(quoted())"
            }
        }
    }

    /// A value for a field, or none.
    mutating func value() -> ByteString? {
        if generator.chance(15) { return nil }
        if generator.chance(10) {
            return ByteString(bytes: (0..<generator.below(20)).map { _ in UInt8(truncatingIfNeeded: generator.next()) })
        }
        return ByteString(generator.pick(Self.texts))
    }
}
