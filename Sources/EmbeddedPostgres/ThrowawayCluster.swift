import Foundation
import Glibc
import Logging

/// The one throw-away server of this process, in memory where the machine allows; gone with the process.
actor ThrowawayCluster {
    static let shared = ThrowawayCluster()
    static let prefix = "tidegate-test-"
    static let maximumConnections = 300

    private var server: Task<EmbeddedPostgres, any Error>?
    private var address: DatabaseAddress?
    private var templates: [String: Task<Void, any Error>] = [:]
    private var created = 0

    /// Makes a database from a template, building the template first where this is its first use.
    func create(template: String, build: @escaping @Sendable (DatabaseAddress) async throws -> Void) async throws -> DatabaseAddress {
        let (server, address) = try await running()
        let templateDatabase = "template_\(template)"
        if templates[template] == nil {
            templates[template] = Task {
                _ = try await server.psql("create database \(Self.quoted(templateDatabase))", database: "postgres")
                try await build(address.with(database: templateDatabase))
            }
        }
        try await templates[template]?.value
        created += 1
        let name = "\(template)_\(created)"
        _ = try await server.psql(
            "create database \(Self.quoted(name)) template \(Self.quoted(templateDatabase)) strategy file_copy", database: "postgres")
        return address.with(database: name)
    }

    /// Ends whatever sessions it has.
    func drop(_ database: String) async throws {
        let (server, _) = try await running()
        _ = try await server.psql("drop database if exists \(Self.quoted(database)) with (force)", database: "postgres")
    }

    private func running() async throws -> (EmbeddedPostgres, DatabaseAddress) {
        if server == nil {
            server = Task {
                let base = access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp"
                await Self.removeLeftovers(in: base)
                var configuration = EmbeddedPostgresConfiguration(folder: "\(base)/\(Self.prefix)\(getpid())")
                configuration.durability = .throwaway
                configuration.maximumConnections = Self.maximumConnections
                var logger = Logger(label: "tidegate.test-database")
                logger.logLevel = .warning
                return EmbeddedPostgres(configuration, removesFolder: true, logger: logger)
            }
        }
        guard let server = try await server?.value else { throw EmbeddedPostgresError(.startFailed, "the test server is not there") }
        if let address { return (server, address) }
        let address = try await starting(server)
        return (server, address)
    }

    private var start: Task<DatabaseAddress, any Error>?

    private func starting(_ server: EmbeddedPostgres) async throws -> DatabaseAddress {
        let task = start ?? Task { try await server.start() }
        start = task
        let started = try await task.value
        address = started
        return started
    }

    /// Stops the servers and removes the folders of test runs that were killed: their process is gone and nobody holds the lock.
    static func removeLeftovers(in base: String) async {
        let names = ((try? FileManager.default.contentsOfDirectory(atPath: base)) ?? []).sorted()
        for name in names where name.hasPrefix(prefix) {
            // The owner's process id, and perhaps more after a dash.
            guard let owner = pid_t(name.dropFirst(prefix.count).prefix(while: \.isNumber)), !Postmaster.isAlive(owner) else { continue }
            let folder = "\(base)/\(name)"
            guard let lock = try? FolderLock.acquire("\(folder)/lock") else { continue }
            if let postmaster = Postmaster.running(cluster: "\(folder)/cluster") {
                kill(postmaster.processID, SIGQUIT)
                let deadline = ContinuousClock.now + .seconds(5)
                while Postmaster.isAlive(postmaster.processID), .now < deadline { await pause(.milliseconds(5)) }
            }
            try? FileManager.default.removeItem(atPath: folder)
            withExtendedLifetime(lock) {}
        }
    }

    private static func quoted(_ name: String) -> String { "\"" + name.replacingOccurrences(of: "\"", with: "\"\"") + "\"" }
}
