import EmbeddedPostgres
import Foundation
import PostgresClient
import ReleaseStore

/// Three comparisons, each a ratio to the least that anybody would have to pay.
@main struct AuditBenchmark {
    static func main() async throws {
        let arguments = CommandLine.arguments.dropFirst()
        // The program starts itself to see how much memory one thing alone needs.
        switch (arguments.first, arguments.count) {
        case ("verify", 3):
            try verify(file: arguments[2], key: arguments[3])
            return print(try Peak.ofThisProcess())
        case ("write", 3):
            let history = SyntheticHistory(entries: Int(arguments[2]) ?? 1000)
            try write(history, to: arguments[3])
            return print(history.key.verifier.description)
        case ("verification", 2): return try verification(entries: Int(arguments[2]) ?? 1000)
        case ("export", 2):
            try await DatabaseComparison.export(from: arguments[2])
            return print(try Peak.ofThisProcess())
        default: break
        }
        let entries = arguments.first.flatMap { Int($0) } ?? 1_000_000
        try verification(entries: entries)
        let databases = TemplateDatabases("bench audit") { address in
            let admin = PostgresClient(try PostgresConfiguration(address.connectionString), logger: quiet)
            try await ReleaseStore.migrate(admin, logger: quiet)
            await admin.close()
        }
        try await databases.withDatabase { address in
            let admin = PostgresClient(try PostgresConfiguration(address.connectionString), logger: quiet)
            try await DatabaseComparison(client: admin, store: ReleaseStore(admin, logger: quiet), address: address.connectionString)
                .run(entries: entries)
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
