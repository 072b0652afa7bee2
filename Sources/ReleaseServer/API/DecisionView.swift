public import ReleaseModel

/// A decision as the database holds it.
public struct DecisionView: Codable, Sendable, Hashable {
    /// Number of the decision, growing over the whole database.
    public var id: Int64
    public var release: ReleaseID
    public var decision: Decision
    /// SHA-256 of the canonical evidence, in hexadecimal; nil where no evaluation was involved.
    public var evidenceDigest: String?
    /// Digest of the policy that was in force.
    public var policyDigest: String
    /// The controller that wrote it, and under which term of its lease.
    public var controller: String
    public var leaseTerm: Int64
    public var recordedAt: Timestamp

    public init(
        id: Int64, release: ReleaseID, decision: Decision, evidenceDigest: String?, policyDigest: String, controller: String,
        leaseTerm: Int64, recordedAt: Timestamp
    ) {
        self.id = id
        self.release = release
        self.decision = decision
        self.evidenceDigest = evidenceDigest
        self.policyDigest = policyDigest
        self.controller = controller
        self.leaseTerm = leaseTerm
        self.recordedAt = recordedAt
    }
}

/// A decision together with what it was decided from.
public struct DecisionDetail: Codable, Sendable, Hashable {
    public var record: DecisionView
    /// Samples, signals and resolved queries, as they were digested; nil where there was none or it has expired.
    public var evidence: JSONValue?

    public init(record: DecisionView, evidence: JSONValue?) {
        self.record = record
        self.evidence = evidence
    }
}
