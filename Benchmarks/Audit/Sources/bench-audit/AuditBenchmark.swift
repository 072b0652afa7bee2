import EmbeddedPostgres
import Foundation
import PostgresClient
import ReleaseStore

/// Three comparisons, each a ratio to the least that anybody would have to pay.
@main struct AuditBenchmark {
    static func main() async throws {
        let entries = CommandLine.arguments.dropFirst().first.flatMap { Int($0) } ?? 1_000_000
        try verification(entries: entries)
        let databases = TemplateDatabases("bench audit") { address in
            let admin = PostgresClient(try PostgresConfiguration(address.connectionString), logger: quiet)
            try await ReleaseStore.migrate(admin, logger: quiet)
            await admin.close()
        }
        try await databases.withDatabase { address in
            let admin = PostgresClient(try PostgresConfiguration(address.connectionString), logger: quiet)
            try await DatabaseComparison(client: admin, store: ReleaseStore(admin, logger: quiet)).run(entries: entries)
            await admin.close()
        }
    }

    static func seconds(_ body: () throws -> Void) rethrows -> Double {
        let start = ContinuousClock.now
        try body()
        return (ContinuousClock.now - start) / .seconds(1)
    }

    static func seconds(_ body: () async throws -> Void) async rethrows -> Double {
        let start = ContinuousClock.now
        try await body()
        return (ContinuousClock.now - start) / .seconds(1)
    }
}
