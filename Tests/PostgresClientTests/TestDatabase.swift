import EmbeddedPostgres
import Logging
import PostgresClient

/// A database of its own for one test, and a client on it.
enum TestDatabase {
    static let databases = TemplateDatabases("postgres_client")

    static var quiet: Logger {
        var logger = Logger(label: "postgres-client-tests")
        logger.logLevel = .critical
        return logger
    }

    /// Runs a test on a client with the configuration changed by `adjust`; the client is closed and the database dropped afterwards.
    @discardableResult
    static func withClient<Value: Sendable>(
        logger: Logger = quiet, _ adjust: @Sendable (inout PostgresConfiguration) -> Void = { _ in },
        _ body: @Sendable (PostgresClient) async throws -> Value
    ) async throws -> Value {
        try await databases.withDatabase { address in
            try await withClient(at: address, logger: logger, adjust, body)
        }
    }

    @discardableResult
    static func withClient<Value: Sendable>(
        at address: DatabaseAddress, logger: Logger = quiet, _ adjust: @Sendable (inout PostgresConfiguration) -> Void = { _ in },
        _ body: @Sendable (PostgresClient) async throws -> Value
    ) async throws -> Value {
        var configuration = try PostgresConfiguration(address.connectionString)
        adjust(&configuration)
        let client = PostgresClient(configuration, logger: logger)
        do {
            let value = try await body(client)
            await client.close()
            return value
        } catch {
            await client.close(deadline: .milliseconds(100))
            throw error
        }
    }

    /// Asks again and again until the answer is yes; false when it is still no after 20 seconds.
    static func eventually(_ condition: @Sendable () async throws -> Bool) async throws -> Bool {
        let deadline = ContinuousClock.now + .seconds(20)
        while ContinuousClock.now < deadline {
            if try await condition() { return true }
            try await Task.sleep(for: .milliseconds(5))
        }
        return false
    }

    /// Waits until so many backends of the client's database wait for a lock or sleep.
    static func waitForBusyBackends(_ count: Int, _ client: PostgresClient) async throws -> Bool {
        try await eventually {
            try await client.query(
                "select count(*) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid() and state = 'active'"
            ).only()[0].int() >= count
        }
    }
}

/// The error a body throws, or nil.
func thrown<Value>(_ body: () async throws -> Value) async -> (any Error)? {
    do {
        _ = try await body()
        return nil
    } catch { return error }
}

func code<Value>(_ body: () async throws -> Value) async -> PostgresError.Code? {
    (await thrown(body) as? PostgresError)?.code
}
