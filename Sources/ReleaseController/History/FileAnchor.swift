import Foundation
import ReleaseModel

/// A file that heads are appended to, each a signed note with an empty line after it. It is on the disk when `put` returns.
public struct FileAnchor: CheckpointAnchor {
    public let path: String

    public init(path: String) { self.path = path }

    public var place: String { "file:\(path)" }

    public func put(_ note: String, size: UInt64) async throws { try Self.append(note, to: path) }

    static func append(_ note: String, to path: String) throws {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else {
            throw ReleaseError(.forbidden, "the file cannot be written: \(String(cString: strerror(errno)))", place: path)
        }
        let file = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        try file.write(contentsOf: Data((note + "\n").utf8))
        try file.synchronize()
        try file.close()
    }
}
