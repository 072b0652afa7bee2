import Foundation
@testable import Predicates
import Testing

/// The request language against a real Lua 5.4: the same value, or an error in both.
@Suite(.enabled(if: LuaProcess.path != nil, "Lua 5.4 (apt: lua5.4) is not installed"))
struct LuaDifferenceTests {
    static let fields: [RequestField: String] = [
        .header("a"): "alpha", .header("n"): "42", .cookie("uid"): "user-42", .cookie("f"): "2.5", .query("debug"): "1",
        .query("hex"): "0x1F",
        .clientAddress: "10.1.2.3", .path: "/api/v1/users", .method: "GET", .host: "shop.example", .scheme: "https",
        .requestTarget: "/api/v1/users?debug=1&hex=0x1F",
    ]

    /// What this language says, in the form of Lua's answers. Types are not checked beforehand, as Lua does not check them.
    static func answer(to source: String) -> String {
        do {
            let tree = try Parser.parse(source, place: SourcePlace(file: "t"), readsDurations: false)
            var checker = RequestChecker(
                source: ExpressionSource(source, place: SourcePlace(file: "t")), slots: RequestSlots(), checksTypes: false)
            let node = try checker.check(tree).node
            let view = RequestView(checker.slots) { Self.fields[$0] }
            return text(of: try RequestEvaluation(request: view).value(node))
        } catch is EvaluationError {
            return "E"
        } catch let error as ExpressionError {
            return error.code == .syntax ? "S" : "refused: \(error.message)"
        } catch {
            return "\(error)"
        }
    }

    private static func text(of value: LuaValue) -> String {
        switch value {
        case .nil: "nil"
        case .bool(let value): "\(value)"
        case .integer(let value): "i:\(value)"
        case .float(let value):
            value.isNaN ? "f:nan" : "f:" + LuaProcess.hex(withUnsafeBytes(of: value.bitPattern.bigEndian) { Array($0) })
        case .string(let string): "s:" + LuaProcess.hex(string.bytes)
        case .version(let version): "version \(version)"
        }
    }

    /// Compares all; gives up after a few differences.
    static func compare(_ sources: [String]) throws {
        let answers = try LuaProcess.answers(to: sources)
        try #require(answers.count == sources.count)
        var differences = 0
        for (source, expected) in zip(sources, answers) {
            let actual = answer(to: source)
            guard actual != expected else { continue }
            Issue.record("\(source)\n  Lua: \(expected)\n  here: \(actual)")
            differences += 1
            if differences == 20 { return }
        }
    }

    @Test func everyOperatorWithEveryPairOfTypes() throws {
        var random = RandomExpression(generator: Generator(seed: 1))
        var sources: [String] = []
        for symbol in RandomExpression.binary {
            for left in 0..<RandomExpression.kinds {
                for right in 0..<RandomExpression.kinds {
                    for _ in 0..<(4 * Fuzzing.scale) { sources.append(random.operation(symbol, left, right)) }
                }
            }
        }
        for symbol in ["not ", "- ", "~", "#"] {
            for kind in 0..<RandomExpression.kinds {
                for _ in 0..<(10 * Fuzzing.scale) { sources.append(symbol + random.value(kind)) }
            }
        }
        try Self.compare(sources)
    }

    @Test func generatedExpressions() throws {
        var random = RandomExpression(generator: Generator(seed: 2))
        try Self.compare((0..<(6000 * Fuzzing.scale)).map { random.expression(depth: 1 + $0 % 4) })
    }

    @Test func patterns() throws {
        var generator = Generator(seed: 3)
        let alphabet = Array("ab1/().%-*+?[]^$ xlfb0".utf8)
        func text(_ length: Int) -> String {
            let bytes = (0..<generator.below(length)).map { _ in alphabet[generator.below(alphabet.count)] }
            return ExpressionPrinter.quoted(bytes)
        }
        var sources: [String] = []
        for _ in 0..<(4000 * Fuzzing.scale) {
            let subject = text(14)
            let pattern = text(8)
            switch generator.below(3) {
            case 0: sources.append("((\(subject)):match(\(pattern)))")
            case 1: sources.append("((\(subject)):find(\(pattern)))")
            default: sources.append("((\(subject)):gsub(\(pattern), \"<%0>\"))")
            }
        }
        try Self.compare(sources)
    }

    /// Random rows of words: what compiles in one compiles in the other.
    @Test func whatCompiles() throws {
        var generator = Generator(seed: 4)
        let words = [
            "nil", "true", "1", "2.5", "0x1p4", "\"a\"", "'b'", "[[c]]", "path", "header[\"a\"]", "(", ")", "+", "-", "*", "/", "//", "%",
            "^", "..",
            "==", "~=", "<", "<=", ">", ">=", "and", "or", "not", "#", "~", "&", "|", "<<", ">>", "--[[x]]", "[", "]", ".uid", "=", "1e",
            "0x", "3..2",
            "\"\\q\"", "\"\\65\"", "\"\\u{48}\"", "\"\\z  \"", "'", "...", "::",
        ]
        let sources = (0..<(4000 * Fuzzing.scale)).map { _ in
            (0...generator.below(7)).map { _ in generator.pick(words) }.joined(separator: " ")
        }
        let answers = try LuaProcess.answers(to: sources)
        try #require(answers.count == sources.count)
        for (source, answer) in zip(sources, answers) where !source.contains("...") {
            let compiles = (try? Parser.parse(source, place: SourcePlace(file: "t"), readsDurations: false)) != nil
            // `return --[[x]]` and `return` alone are statements without a value.
            let isEmpty = source.split(separator: " ").allSatisfy { $0 == "--[[x]]" }
            if compiles != (answer != "S"), !isEmpty { Issue.record("\(source): Lua says \(answer)") }
        }
    }
}
