import EmbeddedPostgres
import Foundation
import Logging
import PostgresClient
import ReleaseModel
import ReleaseStore

/// The database of a server: a private PostgreSQL that comes and goes with it, or one that a URL names.
struct DatabaseSource: Sendable {
    /// How long a command of an administrator waits for a connection: somebody sits before it.
    static let administratorPatience: Duration = .seconds(6)

    /// Connections of the login that the server works with.
    let pool: PostgresClient
    /// Set for a private database.
    private let embedded: EmbeddedPostgres?

    var isPrivate: Bool { embedded != nil }

    /// Opens what the options name. A private database is migrated and its roles are prepared; another one is left as it is.
    static func open(_ options: ServeOptions) async throws -> DatabaseSource {
        if let url = options.databaseURL {
            return DatabaseSource(pool: PostgresClient(try configuration(url), logger: options.logger), embedded: nil)
        }
        try createFolder(options.data)
        let embedded = EmbeddedPostgres(
            EmbeddedPostgresConfiguration(folder: options.data.databaseFolder), logger: options.logger)
        do {
            let address = try await embedded.start()
            try await withAdministrator(of: address, logger: options.logger) { pool in
                _ = try await ReleaseStore.migrate(pool, logger: options.logger)
                try await ReleaseStore.prepareRoles(pool)
            }
            let login = try configuration(address.with(user: "tidegate").connectionString)
            return DatabaseSource(pool: PostgresClient(login, logger: options.logger), embedded: embedded)
        } catch {
            try? await embedded.stop()
            throw Self.explained(error)
        }
    }

    /// Runs `body` with the administrator of what the options name, for `db migrate` and `db status`.
    static func withAdministrator<Value: Sendable>(
        _ options: ServeOptions, _ body: @Sendable (PostgresClient) async throws -> Value
    ) async throws -> Value {
        do {
            if let url = options.databaseURL {
                return try await withPool(try configuration(url), logger: options.logger, body)
            }
            try createFolder(options.data)
            let embedded = EmbeddedPostgres(
                EmbeddedPostgresConfiguration(folder: options.data.databaseFolder), logger: options.logger)
            let address = try await embedded.start()
            do {
                let value = try await withAdministrator(of: address, logger: options.logger, body)
                try await embedded.stop()
                return value
            } catch {
                try? await embedded.stop()
                throw error
            }
        } catch {
            throw explained(error)
        }
    }

    /// Runs `body` with connections of what a URL names, to read from it only.
    ///
    /// - Throws: `invalidInput` for a password in the URL, which every user of the machine could read.
    static func withReader<Value: Sendable>(_ url: String, _ body: @Sendable (PostgresClient) async throws -> Value) async throws -> Value {
        try DatabaseOptions.requireNoPassword(in: url)
        do {
            return try await withPool(try configuration(url), logger: Logger(label: "tidegate") { _ in SwiftLogNoOpLogHandler() }, body)
        } catch {
            throw explained(error)
        }
    }

    func close() async throws {
        await pool.close()
        try await embedded?.stop()
    }

    private static func withAdministrator<Value: Sendable>(
        of address: DatabaseAddress, logger: Logger, _ body: @Sendable (PostgresClient) async throws -> Value
    ) async throws -> Value {
        try await withPool(try configuration(address.connectionString), logger: logger, body)
    }

    private static func withPool<Value: Sendable>(
        _ configuration: PostgresConfiguration, logger: Logger, _ body: @Sendable (PostgresClient) async throws -> Value
    ) async throws -> Value {
        var configuration = configuration
        configuration.acquireTimeout = administratorPatience
        let pool = PostgresClient(configuration, logger: logger)
        do {
            let value = try await reached { try await body(pool) }
            await pool.close()
            return value
        } catch {
            await pool.close()
            throw error
        }
    }

    private static func configuration(_ text: String) throws -> PostgresConfiguration {
        do {
            return try PostgresConfiguration(text)
        } catch {
            throw ReleaseError(
                .invalidInput, "this is not the address of a database: \(error.message)", place: "--database-url",
                advice: "write it as postgresql://user@host:5432/database")
        }
    }

    private static func createFolder(_ folder: DataFolder) throws {
        do {
            try folder.create()
        } catch {
            throw ReleaseError(
                .forbidden, "the data folder cannot be made: \(error.localizedDescription)", place: folder.path,
                advice: "name another one with --data, or make this one writable")
        }
    }

    /// Runs `body`, the first that is asked of a database, and says what to do when it is not there.
    static func reached<Value>(_ body: () async throws -> Value) async throws -> Value {
        do {
            return try await body()
        } catch let error as ReleaseError where error.code == .unavailable && error.advice == nil {
            throw ReleaseError(
                .unavailable, error.reason, place: error.place,
                advice: "Is PostgreSQL running, and does the address name the right host, database and role?")
        }
    }

    /// Errors of the database's own parts in the words of the command line.
    static func explained(_ error: any Error) -> any Error {
        switch error {
        case let error as EmbeddedPostgresError:
            ReleaseError(.unavailable, error.reason, place: "the private database", advice: error.advice)
        case let error as PostgresError:
            switch error.code {
            case .connectionFailed, .connectionLost, .poolExhausted:
                ReleaseError(
                    .unavailable, "the database does not answer: \(error.message)", place: "the database",
                    advice: "check the address and that PostgreSQL runs there")
            default: ReleaseError(.unavailable, error.description, place: "the database")
            }
        default: error
        }
    }
}
