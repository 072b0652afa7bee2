import Foundation
import Hashing
import ReleaseModel
import ZipArchive

/// The files of a bundle while it is gathered, in a folder of its own that goes away with it.
final class BundleSpool {
    struct File: Codable, Sendable {
        var name: String
        var bytes: Int
        var sha256: String
    }

    private let folder: String
    private(set) var files: [File] = []

    init() throws {
        folder = NSTemporaryDirectory() + "tidegate-bundle-\(UUID().uuidString)"
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    func contains(_ name: String) -> Bool { files.contains { $0.name == name } }

    func add(_ name: String, _ bytes: [UInt8]) throws {
        try Data(bytes).write(to: URL(filePath: path(of: files.count)))
        files.append(File(name: name, bytes: bytes.count, sha256: SHA256Digest(of: bytes).hex))
    }

    func add(_ name: String, _ text: String) throws { try add(name, Array(text.utf8)) }

    /// Adds what `write` hands over piece by piece, so that what is fetched need not be held.
    func add(_ name: String, streaming write: ((_ piece: [UInt8]) throws -> Void) async throws -> Void) async throws {
        let file = path(of: files.count)
        guard FileManager.default.createFile(atPath: file, contents: nil), let handle = FileHandle(forWritingAtPath: file) else {
            throw ReleaseError(.unavailable, "a temporary file cannot be written", place: file, advice: "is the disk full?")
        }
        defer { try? handle.close() }
        try await write { piece in try handle.write(contentsOf: piece) }
        let written = try Data(contentsOf: URL(filePath: file), options: .mappedIfSafe)
        files.append(File(name: name, bytes: written.count, sha256: SHA256Digest(of: written).hex))
    }

    /// Writes the archive, its members in the order in which they were added.
    func write(to path: String, time: Timestamp) throws {
        do {
            let writer = try ZipWriter(path: path, time: time.microseconds / 1_000_000)
            for (index, file) in files.enumerated() { try writer.add(file.name, file: self.path(of: index)) }
            try writer.close()
        } catch let error as ZipError {
            throw ReleaseError(
                .unavailable, "the bundle cannot be written: \(error.reason)", place: error.place, advice: "check the folder")
        }
    }

    private func path(of index: Int) -> String { "\(folder)/\(index)" }
}
