import EmbeddedPostgres
import Hashing
import Logging
import PostgresClient
import ReleaseModel
import Testing

@testable import ReleaseStore

/// A database as `tidegate serve` finds it: migrated, with the program's login role.
let migratedDatabases = TemplateDatabases("store") { address in
    let admin = PostgresClient(try PostgresConfiguration(address.connectionString), logger: quiet)
    try await ReleaseStore.migrate(admin, logger: quiet)
    try await ReleaseStore.prepareRoles(admin)
    await admin.close()
}

/// A database with nothing in it.
let emptyDatabases = TemplateDatabases("empty") { _ in }

let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

/// One database of a test: as its owner (a superuser), as the program, and through the store.
struct Bench: Sendable {
    let address: DatabaseAddress
    let admin: PostgresClient
    let app: PostgresClient
    let store: ReleaseStore

    static func with(_ body: @Sendable (Bench) async throws -> Void) async throws {
        try await migratedDatabases.withDatabase { address in
            let admin = PostgresClient(try PostgresConfiguration(address.connectionString), logger: quiet)
            let app = PostgresClient(try PostgresConfiguration(address.with(user: "tidegate").connectionString), logger: quiet)
            do {
                try await body(Bench(address: address, admin: admin, app: app, store: try await ReleaseStore.open(app, logger: quiet)))
            } catch {
                await app.close()
                await admin.close()
                throw error
            }
            await app.close()
            await admin.close()
        }
    }

    /// With the target, the policy and a controller in place.
    static func prepared(_ body: @Sendable (Bench) async throws -> Void) async throws {
        try await with { bench in
            try await bench.store.applyTarget(Example.target, actor: Example.ann)
            _ = try await bench.store.applyPolicy(source: "name: demo", policy: Example.policy, actor: Example.ann)
            try await bench.store.register(Example.controller("c1"))
            try await bench.store.register(Example.controller("c2"))
            try await body(bench)
        }
    }

    func start(_ revision: String = "v2", service: String = "checkout", reason: String = "new prices") async throws -> Release {
        try await store.startRelease(
            StartRequest(service: service, revision: revision, policy: "demo", target: "edge", actor: Example.ann, reason: reason))
    }

    func lease(_ release: ReleaseID, by controller: String = "c1") async throws -> Lease {
        let leases = try await store.leaseDue(controller: controller, limit: 10, ttl: .seconds(60))
        return try #require(leases.first { $0.release == release })
    }

    /// A release that has entered its first stage at 5%, still leased.
    func progressing(_ revision: String = "v2") async throws -> (release: Release, lease: Lease) {
        let release = try await start(revision)
        let lease = try await lease(release.id)
        _ = try await store.commit(Example.begin(lease))
        return (release, lease)
    }

    /// Makes a lease look as old as it would be after a long pause of its holder.
    func expire(_ lease: Lease) async throws {
        try await admin.execute(
            "UPDATE tidegate.lease SET expires_at = clock_timestamp() - interval '1 ms' FROM tidegate.release WHERE release.id = lease.release AND ref = $1",
            [.text(lease.release)])
    }

    func count(_ table: String) async throws -> Int {
        try await admin.query("SELECT count(*) AS n FROM tidegate.\(table)").only()["n"].int()
    }
}

/// The SQLSTATE that `body` fails with; nil when it does not fail in the database.
func sqlState(_ body: () async throws -> Void) async -> String? {
    do {
        try await body()
        return nil
    } catch let error as PostgresError {
        return error.sqlState
    } catch {
        return nil
    }
}

/// The `ReleaseError` that `body` throws.
func refusal<Value>(_ body: () async throws -> Value) async -> ReleaseError? {
    do {
        _ = try await body()
        return nil
    } catch {
        return error as? ReleaseError
    }
}
