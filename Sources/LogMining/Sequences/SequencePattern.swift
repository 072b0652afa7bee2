internal import Hashing
public import ReleaseModel

/// What has to happen in the log, in this order: `"payment failed" then 3 times "retry *" and error`.
///
///     pattern = step { "then" step } .
///     step    = [ number "times" ] test { "and" test } .
///     test    = text | "exception" class | severity .
///     text    = '"' characters '"' .        // the event holds it; * stands for anything; \" and \* for themselves
///
/// A class is the whole name of an exception or its last part; a severity (trace to fatal) is met by that severity and every higher one.
/// Events between the steps do not matter, and one event counts for one step.
public struct SequencePattern: Sendable, Hashable {
    public static let maximumSteps = 8
    /// Events that a pattern may wait for in all.
    public static let maximumEvents = 32
    public static let maximumTests = 8
    public static let maximumBytes = 1000

    public let steps: [SequenceStep]

    /// Step numbers as events want them: a step of three events is there three times.
    let events: [Int]

    /// - Throws: `SequenceError` with the place in `source`.
    public init(_ source: String) throws(SequenceError) {
        var parser = SequenceParser(source)
        let steps = try parser.pattern()
        self.steps = steps
        events = steps.indices.flatMap { Array(repeating: $0, count: steps[$0].times) }
    }

    /// The pattern in its one spelling.
    public var description: String { steps.map(\.description).joined(separator: " then ") }

    /// Identity of a pattern over events that share `by`: what the intake writes beside each step, and the plugin looks for.
    public func identity(by: String?) -> String {
        String(SHA256Digest(of: "\(description)\u{0}\(by ?? "")").hex.prefix(16))
    }
}

/// One kind of event and how often it has to come.
public struct SequenceStep: Sendable, Hashable, CustomStringConvertible {
    public var times: Int
    /// All of them hold of the event.
    public var tests: [SequenceTest]

    public var description: String {
        (times == 1 ? "" : "\(times) times ") + tests.map(\.description).joined(separator: " and ")
    }
}

public enum SequenceTest: Sendable, Hashable, CustomStringConvertible {
    /// The event holds these pieces, one after another.
    case text([String])
    case exception(String)
    case severity(LogSeverity)

    public var description: String {
        switch self {
        case .text(let pieces):
            "\""
                + pieces.map { piece in
                    piece.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("*", with: "\\*")
                }.joined(separator: "*") + "\""
        case .exception(let name): "exception \(name)"
        case .severity(let severity): severity.rawValue
        }
    }
}
