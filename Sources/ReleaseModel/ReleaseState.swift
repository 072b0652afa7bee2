/// Where a release stands. Each state says where it can go; the edges themselves are `RolloutEngine`'s transition table.
public enum ReleaseState: String, Sendable, Hashable, Codable, CaseIterable {
    /// Accepted, nothing applied yet; perhaps waiting for an earlier release of the same service to end.
    /// To: progressing, awaitingApproval, paused, aborted, superseded.
    case pending
    /// In a stage, or on the way to one. To: paused, awaitingApproval, baking, rollingBack, aborting, superseding.
    case progressing
    /// A person stopped the growth; weights stay. To: progressing, awaitingApproval, baking, rollingBack, aborting, superseding.
    case paused
    /// The next step needs a person. To: progressing, paused, baking, promoted, rollingBack, aborting, superseding.
    case awaitingApproval
    /// All traffic is on the new revision and it is still watched.
    /// To: promoted, progressing, paused, awaitingApproval, rollingBack, aborting, superseding.
    case baking
    /// The tree asked for weight 0, which is not yet read back. To: rolledBack.
    case rollingBack
    /// A person asked for weight 0, which is not yet read back. To: aborted.
    case aborting
    /// A newer release asked for weight 0, which is not yet read back. To: superseded.
    case superseding
    /// The new revision is the stable one. Final.
    case promoted
    /// Weight 0 was read back after a rollback. Final.
    case rolledBack
    /// Weight 0 was read back after an abort, or nothing was ever applied. Final.
    case aborted
    /// A newer release took the place. Final.
    case superseded

    public var isFinal: Bool {
        switch self {
        case .promoted, .rolledBack, .aborted, .superseded: true
        default: false
        }
    }

    /// True where the way to weight 0 has been taken and only its confirmation is missing.
    public var isRetreating: Bool { self == .rollingBack || self == .aborting || self == .superseding }
}
