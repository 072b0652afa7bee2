public import ReleaseModel

/// Which state a release may enter from which: the one table of legal transitions.
///
/// The database enforces the same edges (`tidegate.legal_transition`); a test compares the two.
public enum TransitionTable {
    public struct Edge: Sendable, Hashable {
        public let from: ReleaseState
        public let to: ReleaseState
    }

    /// Every legal edge, in the order of the states' declaration.
    public static let edges: [Edge] = ReleaseState.allCases.flatMap { from in successors(of: from).map { Edge(from: from, to: $0) } }

    public static func successors(of state: ReleaseState) -> [ReleaseState] {
        switch state {
        case .pending: [.progressing, .awaitingApproval, .paused, .aborted, .superseded]
        case .progressing: [.paused, .awaitingApproval, .baking, .rollingBack, .aborting, .superseding]
        case .paused: [.progressing, .awaitingApproval, .baking, .rollingBack, .aborting, .superseding]
        case .awaitingApproval: [.progressing, .paused, .baking, .rollingBack, .aborting, .superseding]
        case .baking: [.paused, .promoted, .rollingBack, .aborting, .superseding]
        case .rollingBack: [.rolledBack]
        case .aborting: [.aborted]
        case .superseding: [.superseded]
        case .promoted, .rolledBack, .aborted, .superseded: []
        }
    }

    public static func allows(_ from: ReleaseState, to: ReleaseState) -> Bool { successors(of: from).contains(to) }
}
