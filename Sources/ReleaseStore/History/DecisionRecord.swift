import PostgresClient
public import ReleaseModel

/// A decision as it was recorded.
public struct DecisionRecord: Sendable, Hashable, Codable {
    public var id: Int64
    public var release: ReleaseID
    /// 1, 2, 3, ... within the release.
    public var sequence: Int64
    public var decision: Decision
    public var policyDigest: String
    /// The controller that recorded it, and under which term.
    public var controller: String
    public var leaseTerm: Int64
    /// SHA-256 of the evidence, in hexadecimal.
    public var evidenceDigest: String?
    public var recordedAt: Timestamp
}

extension DecisionRecord {
    init(row: PostgresRow, release: ReleaseID) throws {
        id = try row["decision_id"].int64()
        self.release = release
        sequence = try row["decision_seq"].int64()
        decision = try row.document("decision_body").decoded(as: Decision.self)
        policyDigest = try row.text("decision_policy_digest")
        controller = try row.text("decision_controller")
        leaseTerm = try row["decision_lease_term"].int64()
        evidenceDigest = try row.optionalText("decision_evidence_digest")
        recordedAt = try row.time("decision_recorded_at")
    }
}

/// One entry of the history: canonical JSON, written in the transaction that did what it tells of.
public struct HistoryEntry: Sendable, Hashable {
    public var id: Int64
    /// `release`, `command`, `decision`, `effect`, `outcome`, `stable`, `policy`, `target`, `plugin` or `token`.
    public var kind: String
    public var release: ReleaseID?
    /// Id of the decision that it belongs to.
    public var decision: Int64?
    public var bytes: [UInt8]
    /// nil until a sequencer has numbered it.
    public var leafIndex: Int64?
    public var recordedAt: Timestamp
}
