import PostgresClient
import Synchronization
import Testing

@testable import EmbeddedPostgres

/// A fresh database per test from a template built once.
@Suite(.timeLimit(.minutes(2))) struct TemplateDatabasesTests {
    private struct Refused: Error {}
    private static let builds = Mutex(0)
    private static let databases = TemplateDatabases("template_tests") { address in
        builds.withLock { $0 += 1 }
        let client = PostgresClient(try PostgresConfiguration(address.connectionString), logger: TemporaryFolder.quiet)
        try await client.executeScript("create table entry (n int); insert into entry values (1)")
        await client.close()
    }

    @Test func copiesAreIndependentAndTheTemplateIsBuiltOnce() async throws {
        try await withThrowingTaskGroup(of: DatabaseAddress.self) { group in
            for number in 0..<6 {
                group.addTask {
                    try await Self.databases.withDatabase { address in
                        let client = PostgresClient(try PostgresConfiguration(address.connectionString), logger: TemporaryFolder.quiet)
                        try await client.execute("insert into entry values ($1)", [.int(100 + number)])
                        let values = try await client.query("select n from entry order by n").map { try $0[0].int() }
                        #expect(values == [1, 100 + number])
                        await client.close()
                        return address
                    }
                }
            }
            let addresses = try await group.reduce(into: []) { $0.append($1) }
            #expect(Set(addresses.map(\.database)).count == 6)
        }
        #expect(Self.builds.withLock { $0 } == 1)
    }

    @Test func aDatabaseIsDroppedThoughItsTestFailedAndStillHasSessions() async throws {
        let dropped = Mutex<DatabaseAddress?>(nil)
        let client = Mutex<PostgresClient?>(nil)
        await #expect(throws: Refused.self) {
            try await Self.databases.withDatabase { address in
                dropped.withLock { $0 = address }
                let open = PostgresClient(try PostgresConfiguration(address.connectionString), logger: TemporaryFolder.quiet)
                try await open.query("select 1")
                client.withLock { $0 = open }
                throw Refused()
            }
        }
        let address = try #require(dropped.withLock { $0 })
        await client.withLock { $0 }?.close()
        let again = PostgresClient(try PostgresConfiguration(address.connectionString), logger: TemporaryFolder.quiet)
        await #expect(throws: PostgresError(.connectionFailed, "")) { try await again.query("select 1") }
        await again.close()
    }

    @Test func aTemplateThatCannotBeBuiltFailsEveryTest() async throws {
        let broken = TemplateDatabases("broken_template") { _ in throw Refused() }
        for _ in 0..<2 {
            await #expect(throws: Refused.self) { try await broken.create() }
        }
    }
}
