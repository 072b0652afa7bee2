public import ReleaseModel

/// Something to be done outside the database, written with the decision that asked for it.
public struct EffectRecord: Sendable, Hashable, Codable {
    public enum State: String, Sendable, Hashable, Codable {
        case pending, running, done, failed
        /// A later effect of the same kind took its place.
        case dropped
    }

    public var id: Int64
    public var release: ReleaseID
    /// Id of the decision.
    public var decision: Int64?
    public var kind: String
    /// Tells effects of one kind apart within the release: the same key is the same effect.
    public var key: String
    public var payload: JSONValue
    public var state: State
    /// How often it was claimed.
    public var attempts: Int
    /// nil once it is finished.
    public var nextAttemptAt: Timestamp?
    /// The term under which it was asked for or last claimed.
    public var leaseTerm: Int64
    public var createdAt: Timestamp
    public var doneAt: Timestamp?
    /// What came of the latest attempt.
    public var outcome: JSONValue?

    public init(
        id: Int64, release: ReleaseID, decision: Int64?, kind: String, key: String, payload: JSONValue, state: State, attempts: Int,
        nextAttemptAt: Timestamp?, leaseTerm: Int64, createdAt: Timestamp, doneAt: Timestamp?, outcome: JSONValue?
    ) {
        self.id = id
        self.release = release
        self.decision = decision
        self.kind = kind
        self.key = key
        self.payload = payload
        self.state = state
        self.attempts = attempts
        self.nextAttemptAt = nextAttemptAt
        self.leaseTerm = leaseTerm
        self.createdAt = createdAt
        self.doneAt = doneAt
        self.outcome = outcome
    }
}

/// What came of one attempt at an effect.
public enum EffectResult: Sendable, Hashable {
    case done
    /// Given up.
    case failed
    /// To be tried again, not before a time.
    case retry(at: Timestamp)

    var name: String {
        switch self {
        case .done: "done"
        case .failed: "failed"
        case .retry: "retry"
        }
    }

    var retryAt: Timestamp? { if case .retry(let time) = self { time } else { nil } }
}

/// One attempt at an effect, as it was recorded.
public struct EffectOutcomeRecord: Sendable, Hashable, Codable {
    public var attempt: Int
    /// `done`, `retry`, `failed` or `dropped`.
    public var result: String
    public var outcome: JSONValue
    public var controller: String
    public var leaseTerm: Int64
    public var at: Timestamp
}
