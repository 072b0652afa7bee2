/// Coded as policies write it: `"advance"`, `"rollback"`, `{"observe":"2m","otherwise":"rollback"}`.
extension TreeAction: CustomStringConvertible {
    private enum Key: String, CodingKey { case observe, otherwise }

    public init(from decoder: any Decoder) throws {
        if let container = try? decoder.container(keyedBy: Key.self) {
            self = .observe(
                try container.decode(TimeSpan.self, forKey: .observe),
                otherwise: try container.decode(ObservedAction.self, forKey: .otherwise))
            return
        }
        let container = try decoder.singleValueContainer()
        let word = try container.decode(String.self)
        switch word {
        case "advance": self = .advance
        case "hold": self = .hold
        case "pause": self = .pause
        case "rollback": self = .rollback
        default: throw DecodingError.dataCorruptedError(in: container, debugDescription: "'\(word)' is not an action of the tree")
        }
    }

    public func encode(to encoder: any Encoder) throws {
        if case .observe(let span, let otherwise) = self {
            var container = encoder.container(keyedBy: Key.self)
            try container.encode(span, forKey: .observe)
            try container.encode(otherwise, forKey: .otherwise)
            return
        }
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }

    public var description: String {
        switch self {
        case .advance: "advance"
        case .hold: "hold"
        case .pause: "pause"
        case .rollback: "rollback"
        case .observe(let span, let otherwise): "observe \(span), otherwise \(otherwise.rawValue)"
        }
    }
}
