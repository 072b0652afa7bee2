internal import Hashing
internal import ReleaseModel

/// Finds, among the events of one service, those that its releases' sequences wait for.
public struct SequenceWatch: Sendable, Hashable {
    private struct Watched: Sendable, Hashable {
        var identity: String
        var steps: [SequenceStep]
        var by: String?
    }

    private let watched: [Watched]
    private let salt: [UInt8]

    /// - Parameter salt: under it the shared values are digested.
    public init(rules: [SequenceRule], salt: String) {
        var seen: Set<String> = []
        watched = rules.filter { seen.insert($0.identity).inserted }.map {
            Watched(identity: $0.identity, steps: $0.pattern.steps, by: $0.by)
        }
        self.salt = Array(salt.utf8)
    }

    public var isEmpty: Bool { watched.isEmpty }

    /// The steps that one event can be, with empty `arm`: only a release knows which arm a revision is.
    func steps(of event: LogRecord, parsed: ParsedLine) -> [LogStep] {
        watched.compactMap { sequence in
            var bits = 0
            for (number, step) in sequence.steps.enumerated() where step.tests.allSatisfy({ $0.holds(of: event, parsed: parsed) }) {
                bits |= 1 << number
            }
            guard bits != 0, let key = key(of: event, by: sequence.by) else { return nil }
            return LogStep(arm: "", sequence: sequence.identity, steps: bits, key: key, at: event.time)
        }
    }

    /// Digest of the value that the events share; nil where this event has none and so belongs to no sequence.
    private func key(of event: LogRecord, by: String?) -> String? {
        guard let by else { return "" }
        let value = by == SequenceRule.byInstance ? event.source.instance : event.metadata[by] ?? FieldText.value(of: by, in: event.line)
        guard let value, !value.isEmpty else { return nil }
        return hmacSHA256(key: salt, message: Array(value.utf8)).prefix(8).map { byte in
            String(byte >> 4, radix: 16) + String(byte & 15, radix: 16)
        }.joined()
    }
}

extension SequenceTest {
    func holds(of event: LogRecord, parsed: ParsedLine) -> Bool {
        switch self {
        case .text(let pieces): return Self.contains(event.line, pieces)
        case .exception(let name):
            guard let className = parsed.exception?.className else { return false }
            return className == name || className.hasSuffix(".\(name)") || className.hasSuffix("$\(name)")
                || className.hasSuffix("::\(name)")
        case .severity(let severity):
            return (event.severity ?? parsed.severity ?? (parsed.exception == nil ? .info : .error)) >= severity
        }
    }

    /// Whether the pieces stand in the line one after another.
    static func contains(_ line: String, _ pieces: [String]) -> Bool {
        var rest = Substring(line).utf8
        for piece in pieces where !piece.isEmpty {
            guard let range = rest.firstRange(of: piece.utf8) else { return false }
            rest = rest[range.upperBound...]
        }
        return true
    }
}
