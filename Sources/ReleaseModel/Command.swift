/// What a person or a pipeline asks of a release that is under way. It is stored first and acted on by the controller.
public struct Command: Sendable, Hashable, Codable {
    public enum Kind: String, Sendable, Hashable, Codable, CaseIterable {
        /// Stop growing; keep the weights.
        case pause
        case resume
        /// Enter the next stage now.
        case promote
        /// Go to 100% now.
        case promoteFull
        case abort
        case approve
        case reject
        /// Make room for a newer release of the same service on the same target. Written by the store when one is started.
        case supersede

        /// True for what the store asks itself; nobody else is offered it.
        public var isInternal: Bool { self == .supersede }
    }

    public var kind: Kind
    public var actor: Actor
    public var reason: String

    public init(kind: Kind, actor: Actor, reason: String) {
        self.kind = kind
        self.actor = actor
        self.reason = reason
    }
}
