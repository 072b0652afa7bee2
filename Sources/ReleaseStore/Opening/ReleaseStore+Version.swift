public import Logging
public import PostgresClient
import ReleaseModel

extension ReleaseStore {
    /// Compares the migrations that the database has with those of this program.
    ///
    /// - Throws: `versionMismatch` with what to do; `unavailable` when the database cannot be reached.
    public func checkVersion() async throws {
        let shipped = try MigrationSet.shipped()
        let applied = try await Self.appliedMigrations(on: client)
        try shipped.check(applied)
        let missing = shipped.migrations.count - applied.count
        if missing > 0 {
            throw ReleaseError(
                .versionMismatch,
                applied.isEmpty
                    ? "the database does not hold Tidegate's tables"
                    : "the database is older than this program: \(missing) migration\(missing == 1 ? " is" : "s are") not applied",
                place: "database", advice: "Run `tidegate db migrate` as a role that may create tables, then start again.")
        }
    }

    /// Brings the database to this program's version: migrations run once, in order, each in a transaction, one migrator at a time.
    ///
    /// - Parameter client: an administrative login: a superuser, or a role that may create roles and schemas.
    /// - Returns: those that were applied now.
    /// - Throws: `versionMismatch` when an applied migration was edited, one is missing in between, or the database is newer.
    @discardableResult
    public static func migrate(_ client: PostgresClient, migrations: MigrationSet? = nil, logger: Logger) async throws -> [Migration] {
        try await Migrator(client: client, set: try migrations ?? MigrationSet.shipped(), logger: logger).migrate()
    }

    /// Which migrations are applied and which are pending, in order.
    public static func status(_ client: PostgresClient, migrations: MigrationSet? = nil) async throws -> [MigrationStatus] {
        let set = try migrations ?? MigrationSet.shipped()
        let applied = try await appliedMigrations(on: client)
        try set.check(applied)
        return set.migrations.enumerated().map { index, migration in
            MigrationStatus(migration: migration, appliedAt: index < applied.count ? applied[index].appliedAt : nil)
        }
    }

    /// Makes the login role of the program and lets it be controller and operator, never owner. Does nothing when that is so already.
    /// The migrations come first: they make the group roles.
    public static func prepareRoles(_ client: PostgresClient, login: String = "tidegate") async throws {
        let script = try QueryLibrary.script("prepare_login")
        try await translating(place: "role \(login)") {
            try await client.transaction { transaction in
                _ = try await transaction.query("SELECT set_config('tidegate.login', $1, true)", [.text(login)])
                try await transaction.executeScript(script)
            }
        }
    }

    static func appliedMigrations(on session: some PostgresQuerying) async throws -> [AppliedMigration] {
        try await translating(place: "database") {
            guard try await rows(.migrationsTable, [], on: session).only()["present"].bool() else { return [] }
            return try await rows(.appliedMigrations, [], on: session).map { row in
                AppliedMigration(
                    number: try row["number"].int(), name: try row.text("name"), sha256: try row.text("sha256"),
                    appliedAt: try row.time("applied_at"))
            }
        }
    }
}
