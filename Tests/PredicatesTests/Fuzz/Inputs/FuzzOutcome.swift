import Foundation
import Predicates

/// What became of one input.
struct FuzzOutcome {
    /// Whether it is an expression of the grammar, whatever its names and types.
    var parses = false
    /// Whether it compiled to a predicate, or a condition.
    var compiles = false
    var evaluations = 0
    /// Evaluations that ended with an error: an ordinary outcome.
    var errors = 0
    /// Of those, the ones that met a named limit.
    var limits = 0
    /// Processor time of the slowest of its parts (compiling, each evaluation), in nanoseconds.
    var slowestNanoseconds: UInt64 = 0
    /// Which promise of the language was broken; nil when none was.
    var violation: String?

    /// No source and no request may cost more processor time than this.
    static let maximumNanoseconds: UInt64 = 1_000_000_000
    private static let requestsPerPredicate = 2

    static func of(_ input: FuzzInput) -> FuzzOutcome {
        var outcome = FuzzOutcome()
        var generator = input.generator
        if input.isCondition { outcome.condition(input.source, &generator) } else { outcome.predicate(input.source, &generator) }
        if outcome.slowestNanoseconds > maximumNanoseconds {
            outcome.violation = outcome.violation ?? "took \(outcome.slowestNanoseconds / 1_000_000) ms"
        }
        return outcome
    }

    private mutating func predicate(_ source: String, _ generator: inout Generator) {
        var slots = RequestSlots()
        guard let predicate = compile({ () throws(ExpressionError) in try RequestPredicate(source, slots: &slots, place: "fuzz:1:1") })
        else { return }
        for _ in 0..<Self.requestsPerPredicate {
            let view = FuzzRequest.view(slots, &generator)
            let first = evaluate { () throws(EvaluationError) in try predicate.evaluate(view) }
            let again = evaluate { () throws(EvaluationError) in try predicate.evaluate(view) }
            if first != again { violation = "evaluated twice, it came to \(first) and \(again)" }
            var failures = 0
            let matches = predicate.matches(view, failures: &failures)
            if matches != (first == .value(true)) || failures != (first.isError ? 1 : 0) { violation = "matches \(matches) for \(first)" }
        }
        key(source, &generator)
    }

    /// The same source as a key: its text has a limit.
    private mutating func key(_ source: String, _ generator: inout Generator) {
        guard generator.chance(20) else { return }
        var slots = RequestSlots()
        guard let key = try? RequestKey(source, slots: &slots, place: "fuzz:1:1") else { return }
        let view = FuzzRequest.view(slots, &generator)
        if case .value(let bytes?) = evaluate({ () throws(EvaluationError) in try key.evaluateBytes(view) }), bytes.count > 65_536 {
            violation = "a key of \(bytes.count) bytes"
        }
    }

    private mutating func condition(_ source: String, _ generator: inout Generator) {
        let schema = FuzzCondition.schema
        guard let condition = compile({ () throws(ExpressionError) in try Condition(source, schema: schema, place: "fuzz:1:1") }) else {
            return
        }
        var random = FuzzCondition(generator: generator)
        let readings = Dictionary(uniqueKeysWithValues: condition.names.map { ($0, random.reading()) })
        generator = random.generator
        let begin = Self.processorNanoseconds()
        let held = condition.heldTerms.indices.map { condition.truth(ofHeldTerm: $0) { readings[$0] ?? nil } }
        let truth = condition.truth(held: held) { readings[$0] ?? nil }
        note(since: begin)
        evaluations += 1
        if truth != condition.truth(held: held, reading: { readings[$0] ?? nil }) { violation = "evaluated twice, a condition differs" }
    }

    // MARK: - Measuring

    private mutating func compile<Result>(_ work: () throws(ExpressionError) -> Result) -> Result? {
        let begin = Self.processorNanoseconds()
        defer { note(since: begin) }
        do throws(ExpressionError) {
            let result = try work()
            parses = true
            compiles = true
            return result
        } catch {
            parses = error.code != .syntax && error.code != .limit
            if error.caret < 0 || error.caret > error.lineText.count || error.description.isEmpty { violation = "an error without a place" }
            return nil
        }
    }

    private mutating func evaluate<Value>(_ work: () throws(EvaluationError) -> Value) -> Evaluated<Value> {
        let begin = Self.processorNanoseconds()
        defer { note(since: begin) }
        evaluations += 1
        do throws(EvaluationError) {
            return .value(try work())
        } catch {
            errors += 1
            if case .limit = error { limits += 1 }
            return .error(error)
        }
    }

    private mutating func note(since begin: UInt64) { slowestNanoseconds = max(slowestNanoseconds, Self.processorNanoseconds() - begin) }

    /// Of this thread: others that share the processor do not count.
    private static func processorNanoseconds() -> UInt64 {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
    }
}

/// A value, or why there is none.
enum Evaluated<Value> {
    case value(Value)
    case error(EvaluationError)

    var isError: Bool { if case .error = self { true } else { false } }
}

extension Evaluated: Equatable where Value: Equatable {}
