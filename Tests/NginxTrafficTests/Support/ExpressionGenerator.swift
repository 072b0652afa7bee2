/// Seeded random expressions and requests over few fields, so that they often meet.
struct ExpressionGenerator {
    /// SplitMix64 (Steele, Lea and Flood, 2014).
    struct Source: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var value = state
            value = (value ^ value >> 30) &* 0xBF58_476D_1CE4_E5B9
            value = (value ^ value >> 27) &* 0x94D0_49BB_1331_11EB
            return value ^ value >> 31
        }
    }

    var source: Source

    init(seed: UInt64) { source = Source(state: seed) }

    mutating func pick<Element>(_ choices: [Element]) -> Element { choices.randomElement(using: &source)! }
    mutating func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &source) < percent }

    /// Texts that would break a configuration that is put together carelessly.
    static let texts = [
        "true", "TRUE", "a", "1", "", "a;b", "}", "{ return 500; }", "\"", "'", "\\", "\\\\", "\\n", "$http_host", "${x}", "#c", "\n}",
        "\t",
        "default", "~a", "~*a", "hostnames", "include x;", "*.example", "é", "灰度", "a b", "%", "%20", "^a$", "(a", "[a", "a]", ".*", "\\z",
        "\\\"", "';", "x\" 1; } map $a $b { default \"", "e", "0", "10.1.2.3", "2.0.0", "\u{1}", "\u{7f}",
        String(repeating: "0", count: 64),
    ]

    static let patterns = [
        "^a", "a$", "^a$", "a", ".", "^.$", "%d+", "^%d+$", "[a-c]", "[^a-c]", "^[%w_]+$", "%s", "a*b", "a-b", "(a)(b?)", "()a", "%.",
        "^%d%d?%.%d",
        "[%]]", "[]]", "[^]]", "%%", "^$", "$", "", "a?", "%u", "%U", "%p+", "[%a%-]", "x[0-9]+y", "(%d+)%.(%d+)", "é", "[\"';{}$]", "\\",
        "^",
        "%x%x", "[a-]", "[-a]", "^/pay/", "^/api/v%d+/", "%c", "%g+", "[+--]", ".-b", "a.-b$",
    ]

    static let regexes = [
        "^a", "a$", "^(a|b)+$", "^/pay/", "[a-c]{2,3}", "\\d+\\.\\d+", "^\\w+$", "\\s", "a.c", "^$", "true|false", "[^\"';]+", "\\\\", "\"",
        "#c", "x{2}",
        "\\$", "^\\S+\\z", "(?:1|2)0*", "\\bhost", "[\\x00-\\x1f]", "\\x41", "é", "a b", "\\/x", "\\{", ";", "\\t", "\\n", "^.$",
        "[\\]\\-a]",
    ]

    static let versions = ["2.0.0", "0.0.0", "1.2.3", "10.0.9", "9.9.9", "0.1.0", "1.99.100", "2"]
    static let versionTexts = [
        "2.0.0", "v2", "2.0", "1.9.9", "2.0.1", "10.0.0", "2.0.0-rc.1", "2.0.0+b.1", "2.0.1-rc", "banana", "1.2.3", "1.2.3.4", "01.2.3",
        "0", "V0.0.1",
        "1.2.3-01", "1.2.3-a.b.0", "1.2.3+", "99999999999999999999", "10.0.10", "9.10.9", "1.99.100", "2.0.0 ", "0.1", "1.100.0", "2-x",
        "1.2.3-",
    ]

    /// A Lua string literal for any text.
    static func quoted(_ text: String) -> String {
        "\""
            + text.utf8.map { byte in
                let isPlain = (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
                return isPlain ? String(UnicodeScalar(byte)) : "\\x" + (byte < 16 ? "0" : "") + String(byte, radix: 16)
            }.joined() + "\""
    }

    mutating func text() -> String {
        pick(
            chance(70)
                ? Self.texts : chance(50) ? Self.versionTexts : ["10.1.2.3", "192.168.0.9", "2001:db8::5", "010.1.2.3", "::ffff:10.9.9.9"])
    }

    mutating func field() -> String {
        pick([#"header["x-a"]"#, #"header["x-b"]"#, "cookie.c", #"cookie["d-e"]"#, "query.q", "path", "method", "host", "client.address"])
    }

    mutating func textExpression() -> String { chance(80) ? field() : "(\(field()) or \(field()))" }

    static let comparisons = ["<", "<=", ">", ">=", "==", "~="]
    static let buckets = ["0", "1", "2500", "5000", "7499.5", "9999", "10000", "-3", "1e9"]
    static let percents = ["0", "12.5", "50", "33.333", "75.01", "99.99", "100"]

    mutating func keyExpression() -> String {
        chance(60) ? #"header["x-user-id"]"# : chance(60) ? textExpression() : #"header["x-a"] .. "|" .. header["x-user-id"]"#
    }

    mutating func condition(_ depth: Int = 3) -> String {
        if depth > 0, chance(45) {
            switch Int.random(in: 0..<3, using: &source) {
            case 0: return "(\(condition(depth - 1)) and \(condition(depth - 1)))"
            case 1: return "(\(condition(depth - 1)) or \(condition(depth - 1)))"
            default: return "not \(condition(depth - 1))"
            }
        }
        let subject = textExpression()
        switch Int.random(in: 0..<14, using: &source) {
        case 0: return "(\(subject) == \(Self.quoted(text())))"
        case 1: return "(\(subject) ~= \(Self.quoted(text())))"
        case 2: return "(\(subject) == nil)"
        case 3: return "(\(Self.quoted(text())) == \(subject))"
        case 4: return "oneOf(\(subject), {\(Self.quoted(text())), \(Self.quoted(text()))})"
        case 5: return "inCIDR(\(subject), \"10.0.0.0/8\", \"2001:db8::/32\", \"192.168.0.9\")"
        case 6: return "(\(subject):match(\(Self.quoted(pick(Self.patterns)))) ~= nil)"
        case 7: return "(\(subject):find(\(Self.quoted(text())), 1, true) == nil)"
        case 8: return "(semver(\(subject)) \(pick(["<", "<=", ">", ">=", "==", "~="])) semver(\"\(pick(Self.versions))\"))"
        case 9: return "(\(subject):lower() == \(Self.quoted(pick(["true", "a", "é", "TRUE"]))))"
        case 10:
            return "(bucket(\(keyExpression())\(pick(["", ", \"s1\"", ", \"a-b/c:d\""]))) \(pick(Self.comparisons)) \(pick(Self.buckets)))"
        case 11: return "(percent(\(keyExpression()), \"s2\") \(pick(Self.comparisons)) \(pick(Self.percents)))"
        case 12:
            return
                "\(pick(["", "not "]))ngx.re.match(\(subject), \(Self.quoted(pick(Self.regexes))), \"\(pick(["", "jo", "i", "ijo", "s", "m", "x"]))\")"
        default: return "(\(subject) ~= nil)"
        }
    }

    /// A text as a header can carry it: no line ends, and no blanks around it, which HTTP drops.
    mutating func headerText() -> String {
        let text = String(text().unicodeScalars.filter { $0.value >= 32 && $0.value != 127 || $0 == "\t" })
        return text.trimmingPrefix { $0 == " " || $0 == "\t" }.reversed().trimmingPrefix { $0 == " " || $0 == "\t" }.reversed().map {
            String($0)
        }.joined()
    }

    struct Request: Sendable {
        var target: String
        var headers: [(String, String)]
    }

    mutating func request() -> Request {
        var headers: [(String, String)] = []
        if chance(80) { headers.append(("x-a", headerText())) }
        if chance(60) { headers.append(("x-b", headerText())) }
        if chance(60) {
            let values = (0..<2).map { _ in headerText().replacing(";", with: "") }
            headers.append(("cookie", "c=\(values[0]); d-e=\(values[1])"))
        }
        if chance(20) { headers.append(("x-gray-tag", "forged")) }
        headers.append(("x-user-id", "user-\(Int.random(in: 0..<100_000, using: &source))"))
        let query = chance(50) ? "?p=0&q=\(pick(["a", "1", "true", "%20", "2.0.0", "", "a&q=b", "TRUE"]))" : ""
        return Request(target: pick(["/", "/pay/1", "/api/v2/x", "/a%22b", "/x//y/../z", "/A", "/e%20f"]) + query, headers: headers)
    }
}
