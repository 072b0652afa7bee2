/// One input of the fuzzer: made from the seed and its number alone, so that it can be made again.
struct FuzzInput {
    /// The source as bytes: it need not be UTF-8 (what is not is replaced, as everywhere that a text is read).
    let source: String
    /// Whether it is a condition over signals rather than an expression over requests.
    let isCondition: Bool
    /// For the request or the readings that it is evaluated with.
    var generator: Generator

    init(seed: UInt64, number: UInt64) {
        var generator = Generator(seed: seed &* 0x9E37_79B9 &+ number &* 0xD134_2543_DE82_EF95)
        isCondition = generator.chance(10)
        var source = Self.plain(isCondition, &generator)
        switch generator.below(1000) {
        case 0..<220: source = Self.mutated(source, &generator)
        case 220..<225: source = Self.extreme(source, &generator)
        default: break
        }
        self.source = source
        self.generator = generator
    }

    private static func plain(_ isCondition: Bool, _ generator: inout Generator) -> String {
        let depth = generator.chance(90) ? 1 + generator.below(4) : 5 + generator.below(3)
        if isCondition {
            var random = FuzzCondition(generator: generator)
            defer { generator = random.generator }
            return random.condition(depth)
        }
        var random = FuzzExpression(generator: generator)
        defer { generator = random.generator }
        return random.condition(depth)
    }

    // MARK: - Mutations

    private static let words = [
        "and", "or", "not", "(", ")", "[", "]", "{", "}", "\"", "'", "[[", "]]", "--", "--[[", "\\", "\\x", "\\u{", "..", "...", "==", "=",
        "~=",
        "~", "<<", ">>", "//", "%", "^", "#", ":", "::", ",", ";", "0x", "1e", "9999999999999999999", "nil", "goto", "function", "\0",
        "\r\n",
        "!=", "&&", "\u{FEFF}", "\u{201C}", "\u{A0}", "held(", "ngx.re.match(", ":match(", ":gsub(", "30s",
    ]

    /// One to four small changes: a byte, a word, a part left out, moved or doubled.
    private static func mutated(_ source: String, _ generator: inout Generator) -> String {
        var bytes = Array(source.utf8)
        for _ in 0...generator.below(4) where !bytes.isEmpty {
            let position = generator.below(bytes.count)
            let end = min(bytes.count, position + 1 + generator.below(12))
            switch generator.below(6) {
            case 0: bytes[position] = UInt8(generator.below(256))
            case 1: bytes.insert(contentsOf: Array(generator.pick(words).utf8), at: position)
            case 2: bytes.removeSubrange(position..<end)
            case 3: bytes.insert(contentsOf: Array(bytes[position..<end]), at: generator.below(bytes.count))
            case 4: bytes[position] ^= 1 << UInt8(generator.below(8))
            default: bytes.replaceSubrange(position..<end, with: Array(generator.pick(words).utf8))
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    // MARK: - Extremes

    /// Deep, long or wide, around every limit.
    private static func extreme(_ source: String, _ generator: inout Generator) -> String {
        func row(_ unit: String, _ count: Int, _ separator: String = "") -> String {
            Array(repeating: unit, count: count).joined(separator: separator)
        }
        let some = 1 + generator.below(400)
        switch generator.below(14) {
        case 0: return row("(", some) + "path == \"\"" + row(")", some)
        case 1: return row("not ", some) + "path"
        case 2: return row("- ", some) + "1 == 1"
        case 3: return row("path == \"/\"", some, generator.chance(50) ? " or " : " and ")
        case 4: return "#(" + row("path", some, " .. ") + ") > 3"
        case 5: return "path:match(\"" + row(generator.pick([".-", "(a", "%f[a]", "[^%]]*", "a?", "%b()"]), some) + "\") ~= nil"
        case 6: return "header['long']:match(\"^" + row("(.-)", 1 + some % 9) + "%1$\") ~= nil"
        case 7: return "oneOf(path, {" + row("\"abc\"", some, ", ") + "})"
        case 8: return "path == \"" + row(generator.pick(["a", "\\x00", "é"]), some * 8) + "\""
        case 9: return "#((\"x\"):rep(65536)" + row(":gsub(\"x\", \"%0%0\")", some % 6) + ") > 3"
        case 10: return row("(\(source)) and ", some % 40) + source
        case 11:
            return "ngx.re.match(path, \"" + row(generator.pick(["(a|b)*", "a{99}", "(", "[a-z]{9}", "a|"]), some) + "\", \"jo\") ~= nil"
        case 12: return row("path:lower():upper():reverse()", 1, "") + row(":sub(1, 99)", some) + " == path"
        default: return "header['long']:gsub(\"" + generator.pick([".-x", "[a-z]*", "a*b", "%f[%a]a"]) + "\", header['long']) == path"
        }
    }
}
