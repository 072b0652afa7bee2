import Foundation
import PluginKit
import ReleaseController
import ReleaseModel
import ReleaseStore
import TransparencyLog

/// The keys that the history is signed with: what a reference names, or a file of the data folder that the first start writes.
struct LogKeyFile: Sendable {
    let folder: DataFolder

    /// - Throws: `invalidInput` when the reference holds no keys, `forbidden` when the file cannot be written.
    func ring(_ reference: SecretReference?, store: ReleaseStore) async throws -> LogKeyRing {
        if let reference {
            let ring = LogKeyRing(reference)
            _ = try ring.keys()
            return ring
        }
        let file = folder.logKeyFile
        if !FileManager.default.fileExists(atPath: file) {
            let origin = try await store.logHead().origin
            try Self.write([try Self.newKey(named: origin)], to: file, of: folder)
        }
        guard let reference = SecretReference("file:\(file)") else { preconditionFailure("a path makes a reference") }
        let ring = LogKeyRing(reference)
        _ = try ring.keys()
        return ring
    }

    static func newKey(named name: String) throws -> NoteSigningKey {
        guard let key = NoteSigningKey(newNamed: name) else {
            throw ReleaseError(.invalidInput, "'\(name)' cannot be the name of a key", advice: "a name has no space and no plus sign")
        }
        return key
    }

    /// Replaces the file by one with these keys, the newest first. Only the owner reads it.
    static func write(_ keys: [NoteSigningKey], to file: String, of folder: DataFolder? = nil) throws {
        do {
            try folder?.create()
            try DataFolder((file as NSString).deletingLastPathComponent).writePrivately(
                keys.map { $0.secretText + "\n" }.joined(), to: file)
        } catch {
            throw ReleaseError(
                .forbidden, "the keys of the history cannot be written: \(error.localizedDescription)", place: file,
                advice: "make the folder writable, or name keys with --log-key")
        }
    }
}
