import ReleaseStore

/// What a call may do. Each route asks for exactly one.
enum Permission: Sendable, Hashable, CaseIterable {
    /// See releases, policies, targets, plugins, status and the server's own metrics.
    case read
    /// See the evidence behind decisions.
    case readEvidence
    /// Start releases and steer them.
    case operate
    /// Change policies.
    case changePolicies
    /// Change targets: where data planes write their files, and which servers run what.
    case changeTargets
    /// Pin plugins: say which code may run.
    case pinPlugins
    case manageTokens
    /// Say how long evidence is kept, and which releases' is kept longer.
    case keepEvidence
    /// Push log lines.
    case pushLogs
}

extension TokenRole {
    /// The least that each role needs for its work.
    func allows(_ permission: Permission) -> Bool {
        switch self {
        case .admin: true
        case .operator: [.read, .readEvidence, .operate, .changePolicies].contains(permission)
        case .auditor: [.read, .readEvidence].contains(permission)
        case .intake: permission == .pushLogs
        }
    }
}
