import EmbeddedPostgres
import PostgresClient
import ReleaseModel
import Testing

@testable import ReleaseStore

@Suite struct MigratorTests {
    private func withEmpty(_ body: @Sendable (PostgresClient) async throws -> Void) async throws {
        try await emptyDatabases.withDatabase { address in
            let admin = PostgresClient(try PostgresConfiguration(address.connectionString), logger: quiet)
            do { try await body(admin) } catch {
                await admin.close()
                throw error
            }
            await admin.close()
        }
    }

    private func set(_ sql: String...) throws -> MigrationSet {
        try MigrationSet(sql.enumerated().map { try Migration(file: "000\($0 + 1)_step.sql", sql: $1) })
    }

    @Test func theShippedFilesRunOnceAndInOrder() async throws {
        try await withEmpty { admin in
            let shipped = try MigrationSet.shipped().migrations
            #expect(shipped.count >= 10)
            #expect(try await ReleaseStore.status(admin).allSatisfy { $0.appliedAt == nil })
            #expect(try await ReleaseStore.migrate(admin, logger: quiet) == shipped)
            #expect(try await ReleaseStore.migrate(admin, logger: quiet).isEmpty)
            #expect(try await ReleaseStore.status(admin).allSatisfy { $0.appliedAt != nil })
            try await ReleaseStore(admin, logger: quiet).checkVersion()
        }
    }

    @Test func aRoleThatMayCreateRolesIsEnough() async throws {
        try await emptyDatabases.withDatabase { address in
            let admin = PostgresClient(try PostgresConfiguration(address.connectionString), logger: quiet)
            // Roles belong to the cluster, which other tests use too.
            try await admin.execute("CREATE ROLE dba_\(address.database) LOGIN CREATEROLE")
            try await admin.execute("GRANT CREATE ON DATABASE \(address.database) TO dba_\(address.database)")
            let dba = PostgresClient(
                try PostgresConfiguration(address.with(user: "dba_\(address.database)").connectionString), logger: quiet)
            #expect(try await ReleaseStore.migrate(dba, logger: quiet).count == MigrationSet.shipped().migrations.count)
            let row = try await admin.query(
                "SELECT pg_get_userbyid(relowner) AS owner FROM pg_class WHERE oid = 'tidegate.decision'::regclass"
            ).only()
            #expect(try row["owner"].string() == "tidegate_owner")
            await dba.close()
            await admin.close()
        }
    }

    @Test func theShippedFilesAreThoseOfTheRepository() throws {
        let repository = #filePath.split(separator: "/").dropLast(3).reduce("") { $0 + "/" + $1 } + "/migrations"
        #expect(try MigrationSet(folder: repository).migrations == MigrationSet.shipped().migrations)
    }

    @Test func anEditedMigrationIsRefused() async throws {
        try await withEmpty { admin in
            try await ReleaseStore.migrate(admin, migrations: try set("CREATE TABLE tidegate.a ()"), logger: quiet)
            let edited = try set("CREATE TABLE tidegate.a (b int)", "CREATE TABLE tidegate.c ()")
            let error = await refusal { try await ReleaseStore.migrate(admin, migrations: edited, logger: quiet) }
            #expect(error?.code == .versionMismatch)
            #expect(error?.description.contains("0001_step") == true)
            #expect(try await admin.query("SELECT to_regclass('tidegate.c') IS NULL AS absent").only()["absent"].bool())
            #expect(await refusal { try await ReleaseStore.status(admin, migrations: edited) }?.code == .versionMismatch)
        }
    }

    @Test func aNewerDatabaseIsRefused() async throws {
        try await withEmpty { admin in
            try await ReleaseStore.migrate(admin, logger: quiet)
            let last = try #require(try MigrationSet.shipped().migrations.last?.number)
            try await admin.execute(
                "INSERT INTO tidegate.schema_migration (number, name, sha256, program) VALUES ($1, 'later', sha256('x'), 'later')",
                [.int(last + 1)])
            for error in [
                await refusal { try await ReleaseStore.migrate(admin, logger: quiet) },
                await refusal { try await ReleaseStore.open(admin, logger: quiet) },
            ] {
                #expect(error?.code == .versionMismatch)
                #expect(error?.reason.contains("newer") == true)
                #expect(error?.advice != nil)
            }
        }
    }

    @Test func anEmptyAndAnOlderDatabaseAreRefusedWithAdvice() async throws {
        try await withEmpty { admin in
            let empty = await refusal { try await ReleaseStore.open(admin, logger: quiet) }
            #expect(empty?.code == .versionMismatch)
            #expect(empty?.advice?.contains("tidegate db migrate") == true)
            let first = try MigrationSet(Array(MigrationSet.shipped().migrations.prefix(1)))
            try await ReleaseStore.migrate(admin, migrations: first, logger: quiet)
            let older = await refusal { try await ReleaseStore.open(admin, logger: quiet) }
            #expect(older?.code == .versionMismatch)
            #expect(older?.reason.contains("older") == true)
        }
    }

    @Test func aNumberUsedTwiceAndAMissingRowAreRefused() async throws {
        #expect(throws: ReleaseError(.invalidInput, "")) {
            _ = try MigrationSet([Migration(file: "0001_a.sql", sql: ""), Migration(file: "0001_c.sql", sql: "")])
        }
        #expect(throws: ReleaseError(.invalidInput, "")) { _ = try Migration(file: "1_a.sql", sql: "") }
        #expect(
            try MigrationSet([Migration(file: "0003_c.sql", sql: ""), Migration(file: "0001_a.sql", sql: "")]).migrations.map(\.number) == [
                1, 3,
            ])
        try await withEmpty { admin in
            let two = try set("CREATE TABLE tidegate.a ()", "CREATE TABLE tidegate.b ()")
            try await ReleaseStore.migrate(admin, migrations: two, logger: quiet)
            try await admin.execute("DELETE FROM tidegate.schema_migration WHERE number = 1")
            #expect(await refusal { try await ReleaseStore.migrate(admin, migrations: two, logger: quiet) }?.code == .versionMismatch)
        }
    }

    @Test func aFailingMigrationLeavesNothingOfItself() async throws {
        try await withEmpty { admin in
            let broken = try set("CREATE TABLE tidegate.a ()", "CREATE TABLE tidegate.b (); SELECT 1 / 0")
            let error = await refusal { try await ReleaseStore.migrate(admin, migrations: broken, logger: quiet) }
            #expect(error?.place?.contains("0002_step.sql") == true)
            let row = try await admin.query("SELECT to_regclass('tidegate.a') IS NOT NULL AS a, to_regclass('tidegate.b') IS NULL AS b")
                .only()
            #expect(try row["a"].bool())
            #expect(try row["b"].bool())
            let mended = try set("CREATE TABLE tidegate.a ()", "CREATE TABLE tidegate.b ()")
            #expect(try await ReleaseStore.migrate(admin, migrations: mended, logger: quiet).map(\.number) == [2])
        }
    }

    @Test func migratorsAtTheSameTimeApplyEachOnce() async throws {
        try await withEmpty { admin in
            let many = try set("CREATE TABLE tidegate.a ()", "SELECT pg_sleep(0.05)", "CREATE TABLE tidegate.b ()")
            let applied = try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<4 { group.addTask { try await ReleaseStore.migrate(admin, migrations: many, logger: quiet).count } }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(applied.sorted() == [0, 0, 0, 3])
        }
    }

    @Test func everyNamedQueryIsInTheFilesAndUsed() throws {
        let named = try QueryLibrary.shipped.get().texts.keys.filter { !["prepare", "prepare_login"].contains($0) }
        #expect(Set(named) == Set(Query.allCases.map(\.rawValue)))
    }
}
