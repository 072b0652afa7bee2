public import ReleaseModel

/// Which entries of the history are wanted. What is nil does not matter; everything that is set must hold.
public struct AuditFilter: Sendable, Hashable {
    /// How an attempt at an effect ended, or how the release of an entry did.
    public enum Outcome: String, Sendable, Hashable, CaseIterable {
        /// Of the release.
        case promoted, rolledBack, aborted, superseded, unfinished
        /// Of an attempt at an effect.
        case done, retry, failed, dropped
    }

    /// Kinds of entries: `decision`, `command`, `policy`, ...
    public var kinds: [String]?
    /// Kinds of decisions; leaves only decisions.
    public var decisionKinds: [Decision.Kind]?
    public var release: ReleaseID?
    public var service: String?
    /// The authenticated name, or on whose behalf; `controller` for what followed from the policy alone.
    public var actor: String?
    public var outcome: Outcome?
    /// Recorded at this time or later.
    public var from: Timestamp?
    /// Recorded before this time.
    public var to: Timestamp?

    public init(
        kinds: [String]? = nil, decisionKinds: [Decision.Kind]? = nil, release: ReleaseID? = nil, service: String? = nil,
        actor: String? = nil, outcome: Outcome? = nil, from: Timestamp? = nil, to: Timestamp? = nil
    ) {
        self.kinds = kinds
        self.decisionKinds = decisionKinds
        self.release = release
        self.service = service
        self.actor = actor
        self.outcome = outcome
        self.from = from
        self.to = to
    }

    /// As the database's function takes it.
    var json: JSONValue {
        var members: [String: JSONValue] = [:]
        members["kinds"] = kinds.map { .array($0.map { .string($0.withoutNUL) }) }
        members["decisionKinds"] = decisionKinds.map { .array($0.map { .string($0.rawValue) }) }
        members["release"] = release.map { .string($0.withoutNUL) }
        members["service"] = service.map { .string($0.withoutNUL) }
        members["actor"] = actor.map { .string($0.withoutNUL) }
        members["outcome"] = outcome.map { .string($0.rawValue) }
        members["from"] = from.map { .string($0.description) }
        members["to"] = to.map { .string($0.description) }
        return .object(members)
    }
}
