import EmbeddedPostgres
import Logging
import PostgresClient
import ReleaseModel
import ReleaseStore

/// Databases with Tidegate's tables and the server's login.
enum TestDatabase {
    static let logger = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })

    static let databases = TemplateDatabases("release-server") { address in
        let client = PostgresClient(try PostgresConfiguration(address.connectionString), logger: logger)
        try await ReleaseStore.migrate(client, logger: logger)
        try await ReleaseStore.prepareRoles(client)
        await client.close()
    }

    /// Runs `body` with a store on a fresh database, as the server's own login.
    static func withStore<Value: Sendable>(_ body: @Sendable (ReleaseStore) async throws -> Value) async throws -> Value {
        try await databases.withDatabase { address in
            let client = PostgresClient(try PostgresConfiguration(address.with(user: "tidegate").connectionString), logger: logger)
            do {
                let value = try await body(try await ReleaseStore.open(client, logger: logger))
                await client.close()
                return value
            } catch {
                await client.close()
                throw error
            }
        }
    }
}
