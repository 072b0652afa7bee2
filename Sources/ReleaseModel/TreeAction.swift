/// What follows from a node of the rollback tree.
public enum TreeAction: Sendable, Hashable {
    /// Enter the next stage once this one is complete. Needs every condition of the tree to be known.
    case advance
    /// Do not grow.
    case hold
    /// Do not grow; when the node has decided for this long, take the second action.
    case holdFor(TimeSpan, otherwise: LaterAction)
    /// Alert, wait for what comes, and take the second action if the condition still holds on what came since.
    case observe(TimeSpan, otherwise: LaterAction)
    /// Wait for a person, who lets the release go one step on or sends it back. nil is the policy language's default.
    case ask(Approval?)
    /// Do not grow until a person resumes.
    case pause
    /// Keep the weights, do not grow until a person resumes, and call people: the fault is to be fixed by going on.
    case freeze
    /// Go back to the weight of the stage before, and judge what comes there; below the first stage that is a rollback.
    case stepDown
    case rollback

    /// What can follow after a time.
    public enum LaterAction: String, Sendable, Hashable, Codable, CaseIterable {
        case hold, ask, pause, freeze, stepDown, rollback

        public var action: TreeAction {
            switch self {
            case .hold: .hold
            case .ask: .ask(nil)
            case .pause: .pause
            case .freeze: .freeze
            case .stepDown: .stepDown
            case .rollback: .rollback
            }
        }
    }

    /// How much an action lets happen, from the most permissive to the most careful.
    public enum Restriction: Int, Sendable, Hashable, Comparable {
        case advance, hold, ask, observe, pause, freeze, stepDown, rollback

        public static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
    }

    /// What the action does at once; `holdFor` and `observe` may do more later.
    public var restriction: Restriction {
        switch self {
        case .advance: .advance
        case .hold, .holdFor: .hold
        case .observe: .observe
        case .ask: .ask
        case .pause: .pause
        case .freeze: .freeze
        case .stepDown: .stepDown
        case .rollback: .rollback
        }
    }

    /// The action that follows after a time, where there is one.
    public var later: LaterAction? {
        switch self {
        case .holdFor(_, let otherwise), .observe(_, let otherwise): otherwise
        default: nil
        }
    }
}

/// Coded as policies write it: `"advance"`, `"rollback"`, `{"observe":"2m","otherwise":"rollback"}`, `{"hold":"30m","otherwise":"ask"}`,
/// `{"ask":"approver","expires":"4h"}`.
extension TreeAction: Codable {
    private enum Key: String, CodingKey { case observe, hold, otherwise, ask, expires }

    public init(from decoder: any Decoder) throws {
        if let container = try? decoder.container(keyedBy: Key.self) {
            if container.contains(.hold) {
                self = .holdFor(
                    try container.decode(TimeSpan.self, forKey: .hold),
                    otherwise: try container.decode(LaterAction.self, forKey: .otherwise))
            } else if container.contains(.ask) {
                self = .ask(
                    Approval(
                        role: try container.decode(String.self, forKey: .ask),
                        expires: try container.decode(TimeSpan.self, forKey: .expires)))
            } else {
                self = .observe(
                    try container.decode(TimeSpan.self, forKey: .observe),
                    otherwise: try container.decode(LaterAction.self, forKey: .otherwise))
            }
            return
        }
        let container = try decoder.singleValueContainer()
        let word = try container.decode(String.self)
        switch word {
        case "advance": self = .advance
        default:
            guard let action = LaterAction(rawValue: word)?.action else {
                throw DecodingError.dataCorruptedError(in: container, debugDescription: "'\(word)' is not an action of the tree")
            }
            self = action
        }
    }

    public func encode(to encoder: any Encoder) throws {
        switch self {
        case .observe(let span, let otherwise):
            var container = encoder.container(keyedBy: Key.self)
            try container.encode(span, forKey: .observe)
            try container.encode(otherwise, forKey: .otherwise)
        case .holdFor(let span, let otherwise):
            var container = encoder.container(keyedBy: Key.self)
            try container.encode(span, forKey: .hold)
            try container.encode(otherwise, forKey: .otherwise)
        case .ask(let approval?):
            var container = encoder.container(keyedBy: Key.self)
            try container.encode(approval.role, forKey: .ask)
            try container.encode(approval.expires, forKey: .expires)
        case .advance, .hold, .ask(nil), .pause, .freeze, .stepDown, .rollback:
            var container = encoder.singleValueContainer()
            try container.encode(restriction.word)
        }
    }
}

extension TreeAction: CustomStringConvertible {
    public var description: String {
        switch self {
        case .observe(let span, let otherwise): "observe \(span), otherwise \(otherwise.action)"
        case .holdFor(let span, let otherwise): "hold \(span), otherwise \(otherwise.action)"
        case .ask(let approval?): "ask \(approval.role)"
        case .stepDown: "step down"
        default: restriction.word
        }
    }
}

extension TreeAction.Restriction {
    /// As policies write it.
    public var word: String {
        switch self {
        case .advance: "advance"
        case .hold: "hold"
        case .observe: "observe"
        case .ask: "ask"
        case .pause: "pause"
        case .freeze: "freeze"
        case .stepDown: "stepDown"
        case .rollback: "rollback"
        }
    }
}
