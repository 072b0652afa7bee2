import EmbeddedPostgres
import PostgresClient
import ReleaseModel
import Testing

@testable import ReleaseStore

@Suite struct RoleTests {
    /// A client whose session has one of the group roles and nothing else.
    private func with(role: String, of bench: Bench, _ body: @Sendable (PostgresClient) async throws -> Void) async throws {
        var configuration = try PostgresConfiguration(bench.address.connectionString)
        configuration.roleName = role
        let client = PostgresClient(configuration, logger: quiet)
        do { try await body(client) } catch {
            await client.close()
            throw error
        }
        await client.close()
    }

    private func tables(_ bench: Bench) async throws -> [String] {
        let rows = try await bench.admin.query(
            "SELECT format('%I.%I', nspname, relname) AS name FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace WHERE nspname = 'tidegate' AND relkind IN ('r', 'p', 'v') ORDER BY 1"
        )
        return try rows.map { try $0["name"].string() }
    }

    @Test(arguments: ["tidegate_auditor", "tidegate_controller", "tidegate_operator"])
    func noRoleButTheOwnerWritesATable(role: String) async throws {
        try await Bench.prepared { bench in
            let tables = try await tables(bench)
            #expect(tables.count > 25)
            for table in tables {
                let row = try await bench.admin.query(
                    "SELECT has_table_privilege($1, $2, 'INSERT, UPDATE, DELETE, TRUNCATE, REFERENCES, TRIGGER') OR has_any_column_privilege($1, $2, 'INSERT, UPDATE, REFERENCES') AS writes",
                    [.text(role), .text(table)]
                ).only()
                #expect(try row["writes"].bool() == false, "\(role) on \(table)")
            }
            try await with(role: role, of: bench) { client async throws in
                for table in tables {
                    // 55000: a view that nobody can write through.
                    let deleting = await sqlState { try await client.execute("DELETE FROM \(table)") }
                    #expect(deleting == "42501" || deleting == "55000", "\(table)")
                    #expect(await sqlState { try await client.execute("TRUNCATE \(table)") } != nil, "\(table)")
                }
                #expect(await sqlState { try await client.execute("CREATE TABLE tidegate.mine ()") } == "42501")
            }
        }
    }

    @Test func theAuditorCallsNothingThatWrites() async throws {
        try await Bench.prepared { bench in
            let rows = try await bench.admin.query(
                """
                SELECT pg_proc.oid::regprocedure::text AS name, provolatile::text AS volatility, prosecdef AS definer
                FROM pg_proc JOIN pg_namespace ON pg_namespace.oid = pronamespace
                WHERE nspname = 'tidegate' AND has_function_privilege('tidegate_auditor', pg_proc.oid, 'EXECUTE') ORDER BY 1
                """)
            // What reads need, and nothing that runs as somebody else.
            #expect(rows.count >= 14)
            for row in rows {
                let name = try row["name"].string()
                #expect(try row["volatility"].string() != "v", "\(name) may write")
                #expect(try row["definer"].bool() == false)
            }
        }
    }

    @Test func theAuditorReadsEverythingButSecrets() async throws {
        try await Bench.prepared { bench in
            _ = try await bench.progressing()
            _ = try await bench.store.createToken(name: "ci", role: .operator, actor: Example.ann)
            let tables = try await tables(bench)
            try await with(role: "tidegate_auditor", of: bench) { client async throws in
                let secret = ["tidegate.token", "tidegate.log_salt"]
                for table in tables where !secret.contains(table) && !table.hasPrefix("tidegate.evidence_") {
                    #expect(await sqlState { try await client.execute("SELECT * FROM \(table)") } == nil, "\(table)")
                }
                #expect(try await client.query("SELECT name, role, key FROM tidegate.token").count == 1)
                #expect(await sqlState { try await client.execute("SELECT secret_sha256 FROM tidegate.token") } == "42501")
                let store = ReleaseStore(client, logger: quiet)
                #expect(try await store.releases().count == 1)
                #expect(try await store.decision(1).evidence == Example.evidence)
                #expect(try await store.history().count > 4)
                #expect(try await store.policies().count == 1)
                #expect(try await store.targets().count == 1)
                try await store.checkVersion()
            }
        }
    }

    @Test func controllerAndOperatorKeepToTheirOwnFunctions() async throws {
        try await Bench.prepared { bench in
            let release = try await bench.start()
            try await with(role: "tidegate_operator", of: bench) { client async throws in
                let store = ReleaseStore(client, logger: quiet)
                #expect(await refusal { try await store.leaseDue(controller: "c1", limit: 1, ttl: .seconds(1)) }?.code == .forbidden)
            }
            try await with(role: "tidegate_controller", of: bench) { client async throws in
                let store = ReleaseStore(client, logger: quiet)
                let command = Command(kind: .approve, actor: Example.ann, reason: "me")
                #expect(await refusal { try await store.submitCommand(command, to: release.id) }?.code == .forbidden)
                #expect(try await store.leaseDue(controller: "c1", limit: 1, ttl: .seconds(1)).count == 1)
            }
        }
    }

    @Test func functionsThatRunAsTheOwnerFixTheirSearchPath() async throws {
        try await Bench.with { bench in
            let rows = try await bench.admin.query(
                """
                SELECT pg_proc.oid::regprocedure::text AS name, coalesce(proconfig::text, '') AS settings, pg_get_userbyid(proowner) AS owner
                FROM pg_proc JOIN pg_namespace ON pg_namespace.oid = pronamespace WHERE nspname = 'tidegate' AND prosecdef
                """)
            #expect(rows.count >= 19)
            for row in rows {
                let name = try row["name"].string()
                #expect(try row["settings"].string().contains("search_path=tidegate, pg_temp"), "\(name)")
                #expect(try row["owner"].string() == "tidegate_owner")
            }
            let open = try await bench.admin.query(
                "SELECT pg_proc.oid::regprocedure::text AS name FROM pg_proc JOIN pg_namespace ON pg_namespace.oid = pronamespace WHERE nspname = 'tidegate' AND has_function_privilege('public', pg_proc.oid, 'EXECUTE')"
            )
            #expect(try open.map { try $0["name"].string() } == [])
        }
    }

    @Test func theLoginRoleIsNotTheOwner() async throws {
        try await Bench.with { bench in
            let row = try await bench.admin.query(
                "SELECT pg_has_role('tidegate', 'tidegate_owner', 'MEMBER') AS owner, pg_has_role('tidegate', 'tidegate_controller', 'MEMBER') AS controller, rolsuper AS super FROM pg_roles WHERE rolname = 'tidegate'"
            ).only()
            #expect(try row["owner"].bool() == false)
            #expect(try row["super"].bool() == false)
            #expect(try row["controller"].bool())
            try await ReleaseStore.prepareRoles(bench.admin)
        }
    }
}
