import Foundation
import ReleaseModel
import RolloutEngine
import Testing

@Suite struct TransitionTableTests {
    /// The migration that last brought the database's table up to date has it letter by letter.
    @Test func theNewestMigrationIsPrintedFromTheTable() throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        let folder = root.appending(path: "migrations")
        let texts = try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(".sql") }.sorted()
            .map { try String(contentsOf: folder.appending(path: $0), encoding: .utf8) }
        let newest = try #require(texts.last { $0.contains("INSERT INTO tidegate.legal_transition") })
        #expect(newest.contains(TransitionTable.sql))
    }

    @Test func everyStateHasOneRow() {
        #expect(TransitionTable.edges.count == Set(TransitionTable.edges).count)
        for state in ReleaseState.allCases {
            #expect(TransitionTable.edges.filter { $0.from == state }.map(\.to) == TransitionTable.successors(of: state))
        }
    }

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
