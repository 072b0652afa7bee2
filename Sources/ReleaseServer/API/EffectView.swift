public import ReleaseModel

/// Something the controller did, or has yet to do, outside the database: set weights on the data plane, notify.
public struct EffectView: Codable, Sendable, Hashable {
    public var id: Int64
    public var decision: Int64?
    public var kind: String
    public var payload: JSONValue
    public var state: String
    public var attempts: Int
    public var createdAt: Timestamp
    public var doneAt: Timestamp?
    public var outcome: JSONValue?

    public init(
        id: Int64, decision: Int64?, kind: String, payload: JSONValue, state: String, attempts: Int, createdAt: Timestamp,
        doneAt: Timestamp?, outcome: JSONValue?
    ) {
        self.id = id
        self.decision = decision
        self.kind = kind
        self.payload = payload
        self.state = state
        self.attempts = attempts
        self.createdAt = createdAt
        self.doneAt = doneAt
        self.outcome = outcome
    }
}
