import AuditVerifier
import EmbeddedPostgres
import Foundation
import Hashing
import Logging
import PluginKit
import PostgresClient
import ReleaseController
import ReleaseModel
import Synchronization
import Testing
import TransparencyLog

@testable import ReleaseStore

let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

let databases = TemplateDatabases("audit verifier") { address in
    let admin = PostgresClient(try PostgresConfiguration(address.connectionString), logger: quiet)
    try await ReleaseStore.migrate(admin, logger: quiet)
    try await ReleaseStore.prepareRoles(admin)
    await admin.close()
}

/// A database with a history, and the key that signs it.
struct Site: Sendable {
    let admin: PostgresClient
    let app: PostgresClient
    let store: ReleaseStore
    let key: KeyFile

    static func with(_ body: @Sendable (Site) async throws -> Void) async throws {
        try await databases.withDatabase { address in
            let admin = PostgresClient(try PostgresConfiguration(address.connectionString), logger: quiet)
            let app = PostgresClient(try PostgresConfiguration(address.with(user: "tidegate").connectionString), logger: quiet)
            let store = try await ReleaseStore.open(app, logger: quiet)
            let key = try KeyFile(name: try await store.logHead().origin)
            defer { key.remove() }
            do { try await body(Site(admin: admin, app: app, store: store, key: key)) } catch {
                await app.close()
                await admin.close()
                throw error
            }
            await app.close()
            await admin.close()
        }
    }

    func sequencer(_ controller: String = "c1", anchors: [any CheckpointAnchor] = []) throws -> LogSequencer {
        LogSequencer(store: store, keys: key.ring, controller: controller, anchors: anchors, logger: quiet)
    }

    /// Numbers everything, and gives the signed head.
    @discardableResult
    func sign() async throws -> String {
        let sequencer = try sequencer()
        try await sequencer.sequence()
        // The first time an entry tells of the key.
        try await sequencer.sequence()
        return try #require(try await store.logHead().checkpoint)
    }

    /// The signed head as it is now.
    func head() async throws -> LogCheckpoint {
        let note = try #require(try await store.logHead().checkpoint.flatMap(SignedNote.init))
        #expect(note.isSigned(by: key.first.verifier))
        return try #require(LogCheckpoint(text: note.text))
    }

    func export() async throws -> [UInt8] {
        let bytes = Mutex<[UInt8]>([])
        try await store.exportHistory { chunk in bytes.withLock { $0 += chunk } }
        return bytes.withLock { $0 }
    }

    func verify(anchors: [String] = [], keys: [String]? = nil) async throws -> VerificationReport {
        Self.verify(try await export(), anchors: anchors, keys: keys ?? [key.verifier])
    }

    static func verify(_ export: [UInt8], anchors: [String] = [], keys: [String]) -> VerificationReport {
        var verifier = HistoryVerifier(trust: Trust(keys: keys, anchors: anchors))
        export.withUnsafeBytes { verifier.feed($0) }
        return verifier.finish()
    }
}

/// A file of signing keys that goes with the test.
struct KeyFile: Sendable {
    let path: String
    let first: NoteSigningKey

    var verifier: String { first.verifier.description }
    var ring: LogKeyRing { LogKeyRing(SecretReference("file:\(path)")!) }

    init(name: String) throws {
        path = "/tmp/tidegate-log-key-\(secureRandomBytes(8).hex)"
        first = try #require(NoteSigningKey(newNamed: name))
        try write([first])
    }

    func write(_ keys: [NoteSigningKey]) throws {
        try keys.map { $0.secretText + "\n" }.joined().write(toFile: path, atomically: true, encoding: .utf8)
    }

    func remove() { try? FileManager.default.removeItem(atPath: path) }
}
