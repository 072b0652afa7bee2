import EmbeddedPostgres
import Foundation
import Glibc
import Logging

/// A folder for one test, in memory where possible; every server left in it is stopped and the folder removed.
struct TemporaryFolder: Sendable {
    let path: String

    /// The name lets the next test run remove what a killed one left behind.
    static func with<Value: Sendable>(_ body: @Sendable (TemporaryFolder) async throws -> Value) async throws -> Value {
        let base = access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp"
        let folder = TemporaryFolder(path: "\(base)/tidegate-test-\(getpid())-\(UInt32.random(in: 0 ... .max))")
        try FileManager.default.createDirectory(atPath: folder.path, withIntermediateDirectories: false)
        defer { try? FileManager.default.removeItem(atPath: folder.path) }
        return try await body(folder)
    }

    /// Runs a server in `path/data` during the body.
    func withServer<Value: Sendable>(
        _ adjust: @Sendable (inout EmbeddedPostgresConfiguration) -> Void = { _ in },
        _ body: @Sendable (EmbeddedPostgres, DatabaseAddress) async throws -> Value
    ) async throws -> Value {
        let server = EmbeddedPostgres(configuration(adjust), logger: Self.quiet)
        let address = try await server.start()
        do {
            let value = try await body(server, address)
            try await server.stop()
            return value
        } catch {
            try? await server.stop()
            throw error
        }
    }

    func configuration(_ adjust: (inout EmbeddedPostgresConfiguration) -> Void = { _ in }) -> EmbeddedPostgresConfiguration {
        var configuration = EmbeddedPostgresConfiguration(folder: "\(path)/data")
        configuration.durability = .throwaway
        adjust(&configuration)
        return configuration
    }

    static var quiet: Logger {
        var logger = Logger(label: "embedded-postgres-tests")
        logger.logLevel = .critical
        return logger
    }
}

/// The code of the error a body throws, or nil.
func code<Value>(_ body: () async throws -> Value) async -> EmbeddedPostgresError.Code? {
    do {
        _ = try await body()
        return nil
    } catch { return (error as? EmbeddedPostgresError)?.code }
}
