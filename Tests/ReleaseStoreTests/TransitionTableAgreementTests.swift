import PostgresClient
import ReleaseModel
import RolloutEngine
import Testing

/// The engine's table of legal transitions and the database's are the same.
@Suite struct TransitionTableAgreementTests {
    @Test func theDatabaseHasTheSameEdges() async throws {
        try await Bench.with { bench in
            let rows = try await bench.admin.query("select from_state, to_state from tidegate.legal_transition")
            let stored = try Set(rows.map { "\(try $0["from_state"].string()) \(try $0["to_state"].string())" })
            #expect(stored == Set(TransitionTable.edges.map { "\($0.from.rawValue) \($0.to.rawValue)" }))
        }
    }
}
