@testable import Predicates
import Testing

@Suite struct ParserTests {
    static func parse(_ source: String, durations: Bool = false) throws -> Syntax {
        try Parser.parse(source, place: SourcePlace(file: "t"), readsDurations: durations)
    }

    /// A tree with every operation in parentheses: what belongs together.
    static func grouped(_ tree: Syntax) -> String {
        switch tree.kind {
        case .parenthesized(let inner): grouped(inner)
        case .not(let operand): "(not \(grouped(operand)))"
        case .unary(let operation, let operand): "(\(operation.rawValue)\(grouped(operand)))"
        case .binary(let operation, let left, let right): "(\(grouped(left)) \(operation.text) \(grouped(right)))"
        default: ExpressionPrinter.text(tree)
        }
    }

    @Test(arguments: [
        ("a or b and c", "(a or (b and c))"), ("a and b or c", "((a and b) or c)"), ("not a == b", "((not a) == b)"),
        ("a < b == c", "((a < b) == c)"), ("a | b ~ c & d", "(a | (b ~ (c & d)))"), ("a & b << c", "(a & (b << c))"),
        ("a << b .. c", "(a << (b .. c))"), ("a .. b .. c", "(a .. (b .. c))"), ("a .. b + c", "(a .. (b + c))"),
        ("a + b - c", "((a + b) - c)"), ("a - b * c // d % e / f", "(a - ((((b * c) // d) % e) / f))"), ("-a ^ b", "(-(a ^ b))"),
        ("a ^ -b ^ c", "(a ^ (-(b ^ c)))"), ("a ^ b ^ c", "(a ^ (b ^ c))"), ("not -#a", "(not (-(#a)))"), ("- - a", "(-(-a))"),
        ("2 * -a * b", "((2 * (-a)) * b)"), ("a.b.c[d]:e(f)(g)", "a.b.c[d]:e(f)(g)"), ("f{a, b; c,}", "f({a, b, c})"),
        ("f'x'", "f(\"x\")"), ("a < b and c >= d or not e ~= f", "(((a < b) and (c >= d)) or ((not e) ~= f))"),
        ("(a or b) and c", "((a or b) and c)"), ("a --[[ c ]] + b -- d", "(a + b)"), ("a--[==[ ]] ]==]+b", "(a + b)"),
    ])
    func prioritiesAreLuas(source: String, expected: String) throws {
        #expect(Self.grouped(try Self.parse(source)) == expected)
    }

    @Test(arguments: [
        ("3", LuaValue.integer(3)), ("345", .integer(345)), ("0xff", .integer(255)), ("0xBEBADA", .integer(0xBEBADA)),
        ("0xffffffffffffffff", .integer(-1)), ("0x1ffffffffffffffff", .integer(-1)), ("9223372036854775807", .integer(.max)),
        ("9223372036854775808", .float(9223372036854775808)), ("3.0", .float(3)), ("3.", .float(3)), (".5", .float(0.5)),
        ("3.1416", .float(3.1416)), ("314.16e-2", .float(3.1416)), ("0.31416E1", .float(3.1416)), ("34e1", .float(340)),
        ("0x0.1E", .float(0.1171875)), ("0xA23p-4", .float(162.1875)), ("0X1.921FB54442D18P+1", .float(3.141592653589793)),
        ("0x.8", .float(0.5)), ("0x8.", .float(8)), ("1e999", .float(.infinity)),
    ])
    func numeralsAreLuas(source: String, expected: LuaValue) throws {
        switch (try Self.parse(source).kind, expected) {
        case (.integer(let value), .integer(let wanted)): #expect(value == wanted)
        case (.float(let value), .float(let wanted)): #expect(value == wanted)
        default: Issue.record("\(source) is of another type")
        }
    }

    @Test(arguments: ["3..2", "0x", "0xg", "1e", "1e+", "3x", "0x1p", "1.2.3", "08x", "1_000"])
    func malformedNumeralsAreRefused(source: String) {
        #expect(throws: ExpressionError.self) { try Self.parse(source) }
    }

    @Test(arguments: [
        (#""a\n\t\\\"\'""#, "a\n\t\\\"'"), (#"'\65\066\x43\u{44}'"#, "ABCD"), (#""\u{4E2D}\u{6587}""#, "中文"), (#"'a\z   b'"#, "ab"),
        ("'a\\\nb'", "a\nb"), ("[[a\nb]]", "a\nb"), ("[[\na]]", "a"), ("[==[a]]b]=]c]==]", "a]]b]=]c"), ("[[a\r\nb\n\rc]]", "a\nb\nc"),
        (#""\a\b\f\r\v""#, "\u{7}\u{8}\u{c}\r\u{b}"), (#"'\0'"#, "\0"),
    ])
    func stringsAreLuas(source: String, expected: String) throws {
        guard case .string(let bytes) = try Self.parse(source).kind else {
            Issue.record("no string")
            return
        }
        #expect(bytes == Array(expected.utf8))
    }

    @Test func codePointsBeyondUnicodeAreWrittenInSixBytes() throws {
        guard case .string(let bytes) = try Self.parse(#""\u{7FFFFFFF}\xff\255""#).kind else {
            Issue.record("no string")
            return
        }
        #expect(bytes == [0xFD, 0xBF, 0xBF, 0xBF, 0xBF, 0xBF, 0xFF, 0xFF])
    }

    @Test(arguments: [
        "", "a b", "a +", "(a", "a)", "a = b", "a.", "a.1", "a[", "a[1", "a:", "a:b", "f(", "f(a,", "{a", "{a=1}", "{[1]=2}", "'a",
        "\"a\nb\"",
        "'\\q'", "'\\256'", "'\\xg1'", "'\\u{110000000}'", "'\\u{}'", "[[a", "[=[a]]", "--[[a", "local x = 1", "function() end", "...",
        "a;b",
        "1 2", "not", "a..", "\"x\":len()", "a::b", "goto x", "a ~", "\u{0}", "a\u{FEFF}b",
    ])
    func whatLuaRefusesIsRefused(source: String) {
        #expect(throws: ExpressionError.self) { try Self.parse(source) }
    }

    // MARK: - Properties

    @Test func printingAndParsingGiveTheSameTree() throws {
        for seed in 0..<(4000 * Fuzzing.scale) {
            var random = RandomSyntax(generator: Generator(seed: UInt64(seed)), hasDurations: seed % 2 == 0)
            let tree = random.tree(depth: 5)
            let text = ExpressionPrinter.text(tree)
            guard text.utf8.count <= ExpressionLimits.sourceBytes else { continue }
            let again = try Self.parse(text, durations: seed % 2 == 0)
            guard again.withoutParentheses.isSame(as: tree.withoutParentheses) else {
                Issue.record("seed \(seed): \(text) came back as \(ExpressionPrinter.text(again))")
                return
            }
            #expect(ExpressionPrinter.text(again) == text, "printing is stable")
        }
    }

    /// Random texts, random words of the language, and valid expressions with a few bytes changed: never a crash, never a limit broken.
    @Test func noTextBreaksTheParserOrTheChecker() {
        let words = [
            "a", "score", "path", "header", "[", "]", "(", ")", "{", "}", "\"x\"", "'y'", "[[z]]", "1", "2.5", "0x1p4", "30s", "and", "or",
            "not", "nil", "true", "false", "==", "~=", "<", "<=", ">", ">=", "+", "-", "*", "/", "//", "%", "^", "..", "&", "|", "~", "<<",
            ">>", "#", ".", ":", ",", ";", "held", "tagged", "inCIDR", "oneOf", "semver", "match", "ngx", "var", "--", "[=[", "\\", "\n",
            "上",
            "\"", "'", "if", "function", "=", "...", "\u{0}",
        ]
        var generator = Generator(seed: 7)
        var parsed = 0
        for round in 0..<(20_000 * Fuzzing.scale) {
            var text: String
            switch round % 4 {
            case 0:
                text = String(decoding: (0..<generator.below(40)).map { _ in UInt8(truncatingIfNeeded: generator.next()) }, as: UTF8.self)
            case 1:
                text = (0..<generator.below(20)).map { _ in generator.pick(words) }.joined(separator: generator.chance(70) ? " " : "")
            default:
                var random = RandomSyntax(generator: Generator(seed: generator.next()), hasDurations: round % 8 < 4)
                var bytes = Array(ExpressionPrinter.text(random.tree(depth: 3)).utf8)
                if round % 4 == 3, !bytes.isEmpty {
                    for _ in 0...generator.below(2) {
                        let index = generator.below(bytes.count)
                        if generator.chance(30) {
                            bytes.remove(at: index)
                        } else {
                            bytes[index] = UInt8(truncatingIfNeeded: generator.next())
                        }
                        if bytes.isEmpty { break }
                    }
                }
                text = String(decoding: bytes, as: UTF8.self)
            }
            if survives(text) { parsed += 1 }
        }
        #expect(parsed > 5000 * Fuzzing.scale, "enough of the inputs are expressions: \(parsed)")
    }

    /// Whether the text parses. What is accepted as a condition or a predicate is also evaluated.
    private func survives(_ text: String) -> Bool {
        let tree = try? Self.parse(text, durations: true)
        if let tree { precondition(tree.height <= ExpressionLimits.depth) }
        if let condition = try? Condition(text, schema: signals, place: "t") {
            let held = condition.heldTerms.indices.map { condition.truth(ofHeldTerm: $0) { _ in .number(1) } }
            _ = condition.truth(held: held) { _ in .bool(true) }
        }
        var slots = RequestSlots()
        do {
            let predicate = try RequestPredicate(text, slots: &slots, place: "t")
            var failures = 0
            _ = predicate.matches(RequestView(slots) { _ in "10.0.0.1" }, failures: &failures)
        } catch {
            precondition(error.caret <= error.lineText.count && error.place.line >= 1 && error.place.column >= 1)
            _ = error.description
        }
        return tree != nil
    }
}
