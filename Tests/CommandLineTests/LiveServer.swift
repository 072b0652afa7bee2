import EmbeddedPostgres
import Foundation
import Logging
import PostgresClient
import ReleaseModel
import ReleaseServer
import ReleaseStore
import ServiceLifecycle

@testable import tidegate

/// A real API server over a database of its own, for commands that are run in this process.
struct LiveServer: Sendable {
    static let logger = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
    static let databases = TemplateDatabases("command-line") { address in
        let client = PostgresClient(try PostgresConfiguration(address.connectionString), logger: logger)
        try await ReleaseStore.migrate(client, logger: logger)
        try await ReleaseStore.prepareRoles(client)
        await client.close()
    }

    let store: ReleaseStore
    let url: String
    let token: String
    /// Its database, as the login `tidegate`.
    var database = ""

    static func run(_ body: @Sendable (LiveServer) async throws -> Void) async throws {
        try await databases.withDatabase { address in
            let client = PostgresClient(try PostgresConfiguration(address.with(user: "tidegate").connectionString), logger: logger)
            let store = try await ReleaseStore.open(client, logger: logger)
            let (ports, source) = AsyncStream<Int>.makeStream()
            let server = ReleaseServer(
                store: store, catalogue: PluginCatalogue(plugins: { [] }, signals: { [] }, check: { _, _, _ in }),
                configuration: ServerConfiguration(
                    port: 0, version: Version.text, startedAt: try await store.now(),
                    clock: { Timestamp(seconds: Date().timeIntervalSince1970) }),
                databaseVersion: "0001_test", logger: logger, onListening: { source.yield($0) })
            let group = ServiceGroup(services: [server], logger: logger)
            let running = Task {
                defer { source.finish() }
                try await group.run()
            }
            let port = await ports.first { _ in true } ?? 0
            let secret = try await store.createToken(name: "tester", role: .admin, actor: Actor(name: "test", means: .local)).secret
            let failure: (any Error)?
            do {
                try await body(
                    LiveServer(
                        store: store, url: "http://127.0.0.1:\(port)", token: secret,
                        database: address.with(user: "tidegate").connectionString))
                failure = nil
            } catch {
                failure = error
            }
            await group.triggerGracefulShutdown()
            try? await running.value
            await client.close()
            if let failure { throw failure }
        }
    }

    /// Runs one command against this server.
    func run(_ arguments: String...) async -> (code: Int32, output: String, errors: String) {
        let console = Console.buffer()
        let environment = ["TIDEGATE_SERVER": url, "TIDEGATE_TOKEN": token, "HOME": "/nonexistent"]
        let code = await Invocation(console: console, environment: environment).run(arguments)
        return (code, console.written, console.complaints)
    }
}

/// A folder that is removed again.
struct TemporaryFolder: Sendable {
    let path: String

    static func run<Value: Sendable>(_ body: @Sendable (TemporaryFolder) async throws -> Value) async throws -> Value {
        let path = "/tmp/tidegate-test-\(UUID().uuidString.prefix(8))"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o755])
        defer { try? FileManager.default.removeItem(atPath: path) }
        return try await body(TemporaryFolder(path: path))
    }

    func write(_ text: String, to name: String) throws -> String {
        try text.write(toFile: "\(path)/\(name)", atomically: true, encoding: .utf8)
        return "\(path)/\(name)"
    }
}
