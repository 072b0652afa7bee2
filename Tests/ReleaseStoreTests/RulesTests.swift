import PostgresClient
import ReleaseModel
import Testing

@testable import ReleaseStore

/// What the database refuses, whoever asks: the program's login role, and the owner on the ordinary path.
@Suite struct RulesTests {
    @Test(arguments: ["decision", "evidence", "history_entry", "effect_outcome", "policy", "release", "legal_transition"])
    func rowsOfTheHistoryAreOnlyInserted(table: String) async throws {
        try await Bench.prepared { bench in
            let (release, lease) = try await bench.progressing()
            let effect = try #require(try await bench.store.claimEffects(lease).first)
            try await bench.store.recordOutcome(effect: effect.id, lease: lease, result: .done, outcome: [:])
            let before = try await bench.count(table)
            #expect(before > 0)
            let column = ["evidence": "body", "legal_transition": "from_state", "history_entry": "kind", "policy": "source"][table] ?? "id"
            let column2 = column == "id" ? (table == "effect_outcome" ? "result" : "reason") : column
            for statement in [
                "UPDATE tidegate.\(table) SET \(column2) = \(column2)", "DELETE FROM tidegate.\(table)",
                "TRUNCATE tidegate.\(table) CASCADE",
            ] {
                #expect(await sqlState { try await bench.app.execute(statement) } == "42501", "\(statement) by the program")
                #expect(await sqlState { try await bench.admin.execute(statement) } == "TG003", "\(statement) by the owner")
            }
            #expect(try await bench.count(table) == before)
            _ = release
        }
    }

    @Test func aHistoryEntryGetsItsLeafIndexOnce() async throws {
        try await Bench.prepared { bench in
            _ = try await bench.start()
            try await bench.admin.execute("UPDATE tidegate.history_entry SET leaf_index = id - 1")
            #expect(
                await sqlState { try await bench.admin.execute("UPDATE tidegate.history_entry SET leaf_index = leaf_index + 100") }
                    == "TG003")
            #expect(await sqlState { try await bench.admin.execute("UPDATE tidegate.history_entry SET leaf_index = NULL") } == "TG003")
        }
    }

    @Test func evidenceOfOneMonthCannotBeTruncatedOnItsOwn() async throws {
        try await Bench.prepared { bench in
            _ = try await bench.progressing()
            let partitions = try await bench.admin.query(
                "SELECT inhrelid::regclass::text AS name FROM pg_inherits WHERE inhparent = 'tidegate.evidence'::regclass")
            #expect(partitions.count >= 4)
            for row in partitions {
                let name = try row["name"].string()
                #expect(await sqlState { try await bench.admin.execute("TRUNCATE \(name)") } == "TG003", "\(name)")
            }
        }
    }

    @Test func theProgramWritesNoTableItself() async throws {
        try await Bench.prepared { bench in
            _ = try await bench.progressing()
            for statement in [
                "UPDATE tidegate.release_state SET state = 'promoted'", "UPDATE tidegate.lease SET expires_at = 'infinity'",
                "UPDATE tidegate.arm SET weight = 10000", "INSERT INTO tidegate.legal_transition VALUES ('pending', 'promoted')",
                "UPDATE tidegate.token SET revoked_at = NULL", "UPDATE tidegate.plugin SET trusted = true", "DELETE FROM tidegate.command",
                "SELECT secret_sha256 FROM tidegate.token", "ALTER TABLE tidegate.decision DISABLE TRIGGER ALL",
                "DROP TABLE tidegate.decision",
            ] {
                #expect(await sqlState { try await bench.app.execute(statement) } == "42501", "\(statement)")
            }
            let search = try await bench.app.query("SELECT has_schema_privilege('tidegate', 'CREATE') AS can").only()
            #expect(try search["can"].bool() == false)
        }
    }

    @Test func anIllegalTransitionIsRefusedFromPsqlAndFromTheFunction() async throws {
        try await Bench.prepared { bench in
            let (release, lease) = try await bench.progressing()
            #expect(await sqlState { try await bench.admin.execute("UPDATE tidegate.release_state SET state = 'promoted'") } == "TG002")
            var jump = Example.quiet(lease, version: 1)
            jump.poll = nil
            jump.state = .promoted
            jump.decisions = [NewDecision(decision: Example.decision(.complete, .progressing, .promoted))]
            let json = try jump.json().canonicalText
            #expect(await sqlState { _ = try await bench.app.query("SELECT tidegate.commit($1)", [.json(json)]) } == "TG002")
            #expect(await refusal { try await bench.store.commit(jump) }?.code == .illegalTransition)
            #expect(try await bench.store.release(release.id).release.state == .progressing)
        }
    }

    @Test func everyPairOfStatesIsLegalExactlyWhereTheTableSaysSo() async throws {
        try await Bench.prepared { bench in
            let legal = try await bench.admin.query("SELECT from_state, to_state FROM tidegate.legal_transition")
                .map { "\(try $0["from_state"].string())>\(try $0["to_state"].string())" }
            #expect(Set(legal) == Set(Self.edges.flatMap { from, ends in ends.map { "\(from)>\($0)" } }))
            // Walks every pair by putting the release at the start with the rules off, then trying the edge with the rules on.
            _ = try await bench.start()
            for from in ReleaseState.allCases {
                for to in ReleaseState.allCases where from != to {
                    let state = await sqlState {
                        try await bench.admin.transaction { transaction in
                            try await transaction.execute("SET LOCAL session_replication_role = replica")
                            try await transaction.execute("UPDATE tidegate.release_state SET state = $1", [.text(from.rawValue)])
                            try await transaction.execute("SET LOCAL session_replication_role = origin")
                            try await transaction.execute("UPDATE tidegate.release_state SET state = $1", [.text(to.rawValue)])
                        }
                    }
                    #expect((state == nil) == legal.contains("\(from.rawValue)>\(to.rawValue)"), "\(from) to \(to): \(state ?? "accepted")")
                }
            }
        }
    }

    private static let edges: [(String, [String])] = [
        ("pending", ["progressing", "awaitingApproval", "paused", "aborted", "superseded"]),
        ("progressing", ["paused", "awaitingApproval", "baking", "rollingBack", "aborting", "superseding"]),
        ("paused", ["progressing", "awaitingApproval", "baking", "rollingBack", "aborting", "superseding"]),
        ("awaitingApproval", ["progressing", "paused", "baking", "promoted", "rollingBack", "aborting", "superseding"]),
        ("baking", ["progressing", "awaitingApproval", "paused", "promoted", "rollingBack", "aborting", "superseding"]),
        ("rollingBack", ["rolledBack"]), ("aborting", ["aborted"]), ("superseding", ["superseded"]),
    ]

    @Test func aReleaseBeginsPending() async throws {
        try await Bench.prepared { bench in
            let release = try await bench.start()
            #expect(
                await sqlState {
                    try await bench.admin.execute(
                        """
                        WITH copy AS (
                            INSERT INTO tidegate.release (ref, service, number, target, policy, salt, actor, means, reason)
                            SELECT 'x', service, 99, target, policy, salt, actor, means, reason FROM tidegate.release WHERE ref = $1 RETURNING *)
                        INSERT INTO tidegate.release_state (release, target, service, state) SELECT id, target, service, 'progressing' FROM copy
                        """, [.text(release.id)])
                } == "TG002")
        }
    }

    @Test func armsSumToEverything() async throws {
        try await Bench.prepared { bench in
            _ = try await bench.start()
            #expect(
                await sqlState { try await bench.admin.execute("UPDATE tidegate.arm SET weight = 9999 WHERE name = 'stable'") } == "TG007")
            #expect(await sqlState { try await bench.admin.execute("DELETE FROM tidegate.arm") } == "TG007")
            // Within one transaction the sum may be off on the way.
            try await bench.admin.transaction { transaction in
                try await transaction.execute("UPDATE tidegate.arm SET weight = 9000 WHERE name = 'stable'")
                try await transaction.execute("UPDATE tidegate.arm SET weight = 1000 WHERE name = 'canary'")
            }
        }
    }

    @Test func aLeaseTermNeverGoesBack() async throws {
        try await Bench.prepared { bench in
            let release = try await bench.start()
            _ = try await bench.lease(release.id)
            #expect(await sqlState { try await bench.admin.execute("UPDATE tidegate.lease SET term = term - 1") } == "TG001")
            #expect(await sqlState { try await bench.admin.execute("UPDATE tidegate.lease SET controller = 'c2'") } == "TG001")
            #expect(await sqlState { try await bench.admin.execute("DELETE FROM tidegate.lease") } == "TG003")
        }
    }
}
