import ReleaseModel

/// Coded as an object with one member that names the event: `{"begin":{}}`, `{"command":{...}}`, `{"evaluated":{...}}`.
extension RolloutEvent {
    private enum Kind: String, CodingKey { case begin, evaluated, command, observed, unreadable, applyFailed, clock }

    private struct Nothing: Codable {}

    private struct Failure: Codable {
        var generation: Int64?
        var reason: String
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Kind.self)
        if let evaluation = try container.decodeIfPresent(Evaluation.self, forKey: .evaluated) {
            self = .evaluated(evaluation)
        } else if let command = try container.decodeIfPresent(Command.self, forKey: .command) {
            self = .command(command)
        } else if let observation = try container.decodeIfPresent(Observation.self, forKey: .observed) {
            self = .observed(observation)
        } else if let failure = try container.decodeIfPresent(Failure.self, forKey: .unreadable) {
            self = .unreadable(reason: failure.reason)
        } else if let failure = try container.decodeIfPresent(Failure.self, forKey: .applyFailed) {
            self = .applyFailed(generation: failure.generation ?? 0, reason: failure.reason)
        } else if container.contains(.begin) {
            self = .begin
        } else if container.contains(.clock) {
            self = .clock
        } else {
            throw DecodingError.dataCorrupted(.init(codingPath: decoder.codingPath, debugDescription: "no known event"))
        }
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Kind.self)
        switch self {
        case .begin: try container.encode(Nothing(), forKey: .begin)
        case .clock: try container.encode(Nothing(), forKey: .clock)
        case .evaluated(let evaluation): try container.encode(evaluation, forKey: .evaluated)
        case .command(let command): try container.encode(command, forKey: .command)
        case .observed(let observation): try container.encode(observation, forKey: .observed)
        case .unreadable(let reason): try container.encode(Failure(generation: nil, reason: reason), forKey: .unreadable)
        case .applyFailed(let generation, let reason):
            try container.encode(Failure(generation: generation, reason: reason), forKey: .applyFailed)
        }
    }
}
