import EmbeddedPostgres
import PostgresClient
import ReleaseModel
import Testing

@testable import ReleaseStore

@Suite struct TenantTests {
    /// A login of its own for each test: roles belong to the cluster, which other tests use too.
    private static func tenant(
        _ body: @escaping @Sendable (_ bench: Bench, _ login: String, _ tenant: PostgresClient) async throws -> Void
    ) async throws {
        try await Bench.prepared { bench async throws in
            let login = "tenant_\(bench.address.database)"
            try await bench.admin.execute("CREATE ROLE \(login) LOGIN IN ROLE tidegate_tenant_auditor")
            _ = try await bench.progressing()
            _ = try await bench.start("b", service: "search")
            let client = PostgresClient(try PostgresConfiguration(bench.address.with(user: login).connectionString), logger: quiet)
            do { try await body(bench, login, client) } catch {
                await client.close()
                throw error
            }
            await client.close()
        }
    }

    private static func set(_ bench: Bench, _ login: String, _ services: String) async throws {
        try await bench.app.execute(
            "SELECT tidegate.set_tenant($1, $2::text[], '{\"name\":\"ann\",\"means\":\"token\"}', 'contract')",
            [.text(login), .text(services)])
    }

    private static func services(_ tenant: PostgresClient) async throws -> [String] {
        try await tenant.query("SELECT service FROM tidegate.release ORDER BY id").map { try $0["service"].string() }
    }

    private static let guarded = [
        "release_state", "arm", "command", "decision", "history_entry", "poll", "outbox", "effect_outcome", "evidence",
    ]

    @Test func aTenantSeesNothingUntilItIsGivenServicesAndThenOnlyThese() async throws {
        try await Self.tenant { bench, login, tenant async throws in
            #expect(try await Self.services(tenant) == [])
            for table in Self.guarded { #expect(try await tenant.query("SELECT FROM tidegate.\(table)").count == 0, "\(table)") }
            try await Self.set(bench, login, "{checkout}")
            #expect(try await Self.services(tenant) == ["checkout"])
            #expect(try await tenant.query("SELECT FROM tidegate.decision").count == 1)
            #expect(try await tenant.query("SELECT FROM tidegate.evidence").count == 1)
            #expect(try await tenant.query("SELECT FROM tidegate.arm").count == 2)
            let kinds = try await tenant.query("SELECT DISTINCT kind FROM tidegate.history_entry ORDER BY kind").map {
                try $0["kind"].string()
            }
            #expect(kinds == ["decision", "effect", "release"], "and no entry that belongs to nobody's release")
            try await Self.set(bench, login, "{search}")
            #expect(try await Self.services(tenant) == ["search"])
            #expect(try await tenant.query("SELECT FROM tidegate.evidence").count == 0)
            try await Self.set(bench, login, "{}")
            #expect(try await Self.services(tenant) == [])
            #expect(try await bench.store.releases().count == 2, "the program sees everything, as before")
        }
    }

    @Test func aTenantWritesNothingAndReadsNothingElse() async throws {
        try await Self.tenant { bench, login, tenant async throws in
            try await Self.set(bench, login, "{checkout,search}")
            for table in Self.guarded + ["release"] {
                #expect(await sqlState { try await tenant.execute("DELETE FROM tidegate.\(table)") } == "42501", "\(table)")
            }
            for table in ["token", "policy", "target", "plugin", "lease", "rolling_state", "controller"] {
                #expect(await sqlState { try await tenant.execute("SELECT * FROM tidegate.\(table)") } == "42501", "\(table)")
            }
            let own = "SELECT tidegate.set_tenant('\(login)', '{x}', '{}', 'me')"
            #expect(await sqlState { try await tenant.execute(own) } == "42501")
            #expect(await sqlState { try await Self.set(bench, login, "{a b}") } == "TG010")
        }
    }
}
