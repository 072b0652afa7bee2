@testable import Predicates

/// What this language says to a case, in the form of Lua's answers.
///
/// It is asked twice: the tree without a check of types, as Lua has none, and the compiled predicate `not (source)` where types allow.
enum OwnAnswer {
    /// The value, `E`, `S`, `L` where a named limit is reached, or `refused: ...`.
    static func value(of one: LuaProcess.Case) -> String {
        do {
            let place = SourcePlace(file: "t")
            let tree = try Parser.parse(one.source, place: place, readsDurations: false)
            var checker = RequestChecker(source: ExpressionSource(one.source, place: place), slots: RequestSlots(), checksTypes: false)
            let node = try checker.check(tree).node
            return text(of: try RequestEvaluation.value(node, DifferentialRequests.view(of: one, checker.slots)))
        } catch let error as EvaluationError {
            if case .limit = error { return "L" }
            return "E"
        } catch let error as ExpressionError {
            return error.code == .syntax ? "S" : "refused: \(error.message)"
        } catch {
            return "\(error)"
        }
    }

    /// What the compiled predicate `not (source)` comes to: `true`, `false`, `E`, `L`; nil where its types are refused.
    static func negation(of one: LuaProcess.Case) -> String? {
        var slots = RequestSlots()
        guard let predicate = try? RequestPredicate("not (\(one.source))", slots: &slots, place: "t") else { return nil }
        do throws(EvaluationError) {
            return "\(try predicate.evaluate(DifferentialRequests.view(of: one, slots)))"
        } catch {
            if case .limit = error { return "L" }
            return "E"
        }
    }

    /// What the predicate must come to when the value is `answer`.
    static func negated(_ answer: String) -> String {
        switch answer {
        case "nil", "false": "true"
        case "E", "S", "L": answer
        default: "false"
        }
    }

    static func text(of value: LuaValue) -> String {
        switch value {
        case .nil: "nil"
        case .bool(let value): "\(value)"
        case .integer(let value): "i:\(value)"
        case .float(let value): "f:" + bits(value)
        case .string(let string): "s:" + LuaProcess.hex(string.bytes)
        case .version(let version): "version \(version)"
        }
    }

    /// The answer as a Lua with one type of number gives it.
    static func untyped(_ answer: String) -> String {
        if answer.hasPrefix("i:"), let integer = Int64(answer.dropFirst(2)) { return "n:" + bits(Double(integer) + 0) }
        if answer == "f:8000000000000000" { return "n:0000000000000000" }
        return answer.hasPrefix("f:") ? "n:" + answer.dropFirst(2) : answer
    }

    private static func bits(_ value: Double) -> String {
        value.isNaN ? "nan" : LuaProcess.hex(withUnsafeBytes(of: value.bitPattern.bigEndian) { Array($0) })
    }
}
