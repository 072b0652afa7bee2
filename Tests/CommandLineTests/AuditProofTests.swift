import Foundation
import Hashing
import Logging
import PluginKit
import ReleaseController
import ReleaseModel
import ReleaseStore
import Testing
import TransparencyLog
import ZipArchive

@testable import tidegate

/// The history as a log that is signed, from the command line: bundles that prove themselves, and what an auditor asks.
@Suite struct AuditProofTests {
    /// A server whose history is numbered and signed with the key of a file.
    private static func run(
        _ body:
            @escaping @Sendable (LiveServer, TemporaryFolder, _ release: ReleaseID, _ sign: @Sendable () async throws -> Void) async throws
            -> Void
    ) async throws {
        try await AuditCommandTests.run { server, folder, release async throws in
            let key = try #require(NoteSigningKey(newNamed: try await server.store.logHead().origin))
            let file = "\(folder.path)/log-key"
            try (key.secretText + "\n").write(toFile: file, atomically: true, encoding: .utf8)
            try (key.verifier.description + "\n").write(toFile: "\(folder.path)/log.pub", atomically: true, encoding: .utf8)
            let sequencer = LogSequencer(
                store: server.store, keys: LogKeyRing(try #require(SecretReference("file:\(file)"))), controller: "c1",
                logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
            try await body(server, folder, release) { try await sequencer.sequence() }
        }
    }

    @Test func aBundleProvesItself() async throws {
        try await Self.run { server, folder, release, sign async throws in
            try await sign()
            let (path, key) = ("\(folder.path)/b.zip", "\(folder.path)/log.pub")
            #expect(await server.run("audit", "bundle", release, "-f", path).code == 0)
            func verify(_ file: String, _ more: String...) async -> (code: Int32, output: String, errors: String) {
                let console = Console.buffer()
                // Nobody is asked: there is no server.
                let code = await Invocation(console: console, environment: ["HOME": "/nonexistent"]).run(["audit", "verify", file] + more)
                return (code, console.written, console.complaints)
            }
            let right = await verify(path, "--key", key)
            #expect(right.code == 0 && right.output.contains("everything holds"), "\(right.output)\(right.errors)")
            #expect(right.output.contains("proven to be in it"))
            let unpinned = await verify(path)
            #expect(unpinned.code == 0 && unpinned.output.contains("taken from the bundle itself"))
            let stranger = try #require(NoteSigningKey(newNamed: try await server.store.logHead().origin)).verifier.description
            let refused = await verify(path, "--key", stranger)
            #expect(refused.code == 1 && refused.output.contains("not signed by a key that counts"))
            // Any byte of any file, and any file that is missing.
            let reader = try ZipReader(path: path)
            for (index, name) in reader.names.enumerated() {
                let bytes = try #require(try reader.read(name, maximumBytes: 1 << 24))
                for change in [bytes.dropLast(bytes.count / 2 + 1) + [65] + bytes.suffix(bytes.count / 2), nil] {
                    if let change, change.elementsEqual(bytes) { continue }
                    let spoiled = "\(folder.path)/spoiled-\(index).zip"
                    try Self.copy(reader, to: spoiled, folder: folder.path, with: name, as: change.map(Array.init))
                    let report = await verify(spoiled, "--key", key)
                    #expect(report.code == 1, "\(name) was \(change == nil ? "removed" : "changed"): \(report.output)\(report.errors)")
                }
            }
            let pages = try reader.read(BundleLayout.report, maximumBytes: 1 << 24).map { String(decoding: $0, as: UTF8.self) } ?? ""
            #expect(pages.contains(try await server.store.logHead().origin))
        }
    }

    private static func copy(_ reader: borrowing ZipReader, to path: String, folder: String, with name: String, as bytes: [UInt8]?) throws {
        let writer = try ZipWriter(path: path, time: 0)
        for (index, member) in reader.names.enumerated() {
            if member == name, bytes == nil { continue }
            let content = try member == name ? bytes : reader.read(member, maximumBytes: 1 << 24)
            try Data(content ?? []).write(to: URL(filePath: "\(folder)/member-\(index)"))
            try writer.add(member, file: "\(folder)/member-\(index)")
        }
        try writer.close()
    }

    @Test func aServerIsVerifiedAndAPeriodIsWhole() async throws {
        try await Self.run { server, folder, _, sign async throws in
            let early = await server.run("audit", "population", "--from", "2020-01-01", "--to", "2100-01-01")
            #expect(early.output.contains("not numbered yet"), "\(early.output)")
            try await sign()
            try await sign()
            let population = await server.run("audit", "population", "--from", "2020-01-01", "--to", "2100-01-01")
            let head = try await server.store.logHead()
            #expect(
                population.output.contains("all of 0 to \(head.size - 1) are there, under the checkpoint over \(head.size) entries"),
                "\(population.output)")
            let key = "\(folder.path)/log.pub"
            let verified = await server.run("audit", "verify", "--key", key)
            #expect(verified.code == 0 && verified.output.contains("everything holds"), "\(verified.output)\(verified.errors)")
            // Read-only from the database itself, as an auditor does who does not trust the server either.
            let read = await server.run("audit", "verify", "--database-url", server.database, "--key", key)
            #expect(read.code == 0 && read.output.contains("everything holds"), "\(read.output)\(read.errors)")
            let password = await server.run("audit", "verify", "--database-url", "postgresql://eve:secret@127.0.0.1/tidegate")
            #expect(password.code == 1 && password.errors.contains("can be read by every user"))
            let snapshot = "\(folder.path)/h.ndjson"
            #expect(await server.run("audit", "snapshot", "-f", snapshot, "--no-evidence").code == 0)
            let offline = await server.run("audit", "verify", snapshot, "--key", key)
            #expect(offline.code == 0 && offline.output.contains("1 not at hand"), "\(offline.output)\(offline.errors)")
            #expect(await server.run("audit", "snapshot", "-f", "/nonexistent/h").errors.contains("cannot be written"))
            let proof = "\(folder.path)/d.tlog-proof"
            let proven = await server.run("audit", "prove", "--decision", "1", "--key", key, "-f", proof)
            #expect(proven.code == 0 && proven.output.contains("signed by a trusted key"), "\(proven.output)\(proven.errors)")
            let file = try #require(ProofFile(try String(contentsOfFile: proof, encoding: .utf8)))
            let entry = try await server.store.proof(ofEntry: try await server.store.entry(ofDecision: 1))
            #expect(file.leafIndex == entry.proof.leafIndex && file.path == entry.proof.path && file.checkpoint == head.checkpoint)
            #expect(await server.run("audit", "prove", "--decision", "999").code == 1)
        }
    }
}
