import Hashing
import Logging
import PostgresClient
import ReleaseModel

/// Runs migrations: under a lock that the whole database shares, each in a transaction together with the row that remembers it.
struct Migrator: Sendable {
    /// How long to wait for another migrator, and how long one migration may take.
    static let lockTimeout = Duration.seconds(120)
    static let migrationTimeout = Duration.seconds(600)
    static let program = "tidegate"

    let client: PostgresClient
    let set: MigrationSet
    let logger: Logger

    func migrate() async throws -> [Migration] {
        let lock = try QueryLibrary.text(.lockMigrations)
        let unlock = try QueryLibrary.text(.unlockMigrations)
        let prepare = try QueryLibrary.script("prepare")
        return try await ReleaseStore.translating(place: "database") {
            // If anything fails, the session is closed and the lock goes with it.
            try await client.withConnection { connection in
                _ = try await connection.query(lock, [], timeout: Self.lockTimeout)
                // Whatever can be refused is refused before anything is changed.
                try set.check(try await ReleaseStore.appliedMigrations(on: connection))
                try await connection.transaction { try await $0.executeScript(prepare, timeout: Self.migrationTimeout) }
                let applied = try await ReleaseStore.appliedMigrations(on: connection)
                let pending = Array(set.migrations.dropFirst(applied.count))
                for migration in pending { try await apply(migration, on: connection) }
                _ = try await connection.query(unlock, [], timeout: nil)
                return pending
            }
        }
    }

    private func apply(_ migration: Migration, on connection: PostgresConnection) async throws {
        let beOwner = try QueryLibrary.text(.beOwner)
        let beYourself = try QueryLibrary.text(.beYourself)
        let record = try QueryLibrary.text(.recordMigration)
        do {
            try await connection.transaction { transaction in
                try await transaction.execute(beOwner)
                try await transaction.executeScript(migration.sql, timeout: Self.migrationTimeout)
                try await transaction.execute(
                    record, [.int(migration.number), .text(migration.name), .bytes([UInt8](hex: migration.sha256)), .text(Self.program)])
                try await transaction.execute(beYourself)
            }
        } catch let error as PostgresError {
            throw ReleaseError(
                error, place: "migrations/\(migration.title).sql" + (error.place.map { ", \($0)" } ?? ""))
        }
        logger.info("migration applied", metadata: ["migration": "\(migration.title)"])
    }
}
