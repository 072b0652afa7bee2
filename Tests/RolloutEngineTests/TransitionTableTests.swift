import ReleaseModel
import RolloutEngine
import Testing

@Suite struct TransitionTableTests {
    @Test func finalStatesLeadNowhere() {
        for state in ReleaseState.allCases {
            #expect(TransitionTable.successors(of: state).isEmpty == state.isFinal)
        }
    }

    @Test func everyStateIsReached() {
        let reached = Set(TransitionTable.edges.map(\.to))
        #expect(Set(ReleaseState.allCases).subtracting(reached) == [.pending])
    }

    /// From every state that carries weight there is a way to weight 0 in one step.
    @Test(arguments: [ReleaseState.progressing, .paused, .awaitingApproval, .baking])
    func everyWaitingStateCanRetreat(state: ReleaseState) {
        #expect(TransitionTable.allows(state, to: .rollingBack))
        #expect(TransitionTable.allows(state, to: .aborting))
        #expect(TransitionTable.allows(state, to: .superseding))
    }

    @Test func aRollbackIsNeverOverwritten() {
        #expect(TransitionTable.successors(of: .rollingBack) == [.rolledBack])
        #expect(TransitionTable.successors(of: .rolledBack).isEmpty)
    }
}
