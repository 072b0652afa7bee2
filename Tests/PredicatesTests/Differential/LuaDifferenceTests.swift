@testable import Predicates
import Testing

/// The request language against a real Lua 5.4: the same value, or an error in both; and the compiled predicate like the value.
@Suite(.enabled(if: LuaProcess.lua54 != nil, "Lua 5.4 (apt: lua5.4) is not installed"))
struct LuaDifferenceTests {
    /// `TIDEGATE_FUZZ=250` makes a thousand cases for each operator with each pair of kinds.
    @Test func everyOperatorWithEveryPairOfKinds() throws {
        var random = RandomExpression(generator: Generator(seed: 1))
        var differences = try Differences(LuaProcess.lua54)
        let kinds = RandomOperand.Kind.allCases
        for symbol in RandomExpression.binary {
            try differences.compare(count: 4 * Fuzzing.scale * kinds.count * kinds.count) { index in
                random.operation(symbol, kinds[index % kinds.count], kinds[index / kinds.count % kinds.count])
            }
        }
        for symbol in ["not ", "- ", "~", "#"] {
            try differences.compare(count: 10 * Fuzzing.scale * kinds.count) { random.operation(symbol, kinds[$0 % kinds.count]) }
        }
        differences.expectSubstance(compiledAtLeast: 0.2)
    }

    @Test func generatedExpressions() throws {
        var random = RandomExpression(generator: Generator(seed: 2))
        var differences = try Differences(LuaProcess.lua54)
        try differences.compare(count: 6000 * Fuzzing.scale) { random.anything(depth: 1 + $0 % 4) }
        differences.expectSubstance(compiledAtLeast: 0.2)
    }

    @Test func patterns() throws {
        var random = RandomPattern(generator: Generator(seed: 3))
        var differences = try Differences(LuaProcess.lua54)
        try differences.compare(count: 4000 * Fuzzing.scale) { _ in random.anything() }
        differences.expectSubstance(compiledAtLeast: 0.2)
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
        let cases = (0..<(4000 * Fuzzing.scale)).map { _ in
            LuaProcess.Case(source: (0...generator.below(7)).map { _ in generator.pick(words) }.joined(separator: " "))
        }
        let answers = try #require(LuaProcess.lua54).answers(to: cases)
        try #require(answers.count == cases.count)
        for (one, answer) in zip(cases, answers) where !one.source.contains("...") {
            let compiles = (try? Parser.parse(one.source, place: SourcePlace(file: "t"), readsDurations: false)) != nil
            // `return --[[x]]` and `return` alone are statements without a value.
            let isEmpty = one.source.split(separator: " ").allSatisfy { $0 == "--[[x]]" }
            if compiles != (answer != "S"), !isEmpty { Issue.record("\(one.source): Lua says \(answer)") }
        }
    }
}
