import Foundation
import ReleaseModel

#if canImport(Glibc)
    import Glibc
#endif

/// Reads the whole lines that a file gains, through rotation and truncation, a bounded piece at a time.
///
/// A file under the same name with another inode is a new one: the old one is read to its end first. A file that is shorter than what was
/// read has been truncated and is read from its beginning.
struct FileFollower {
    static let pause: Duration = .milliseconds(250)
    /// Bytes that are read at once, and lines that are handed on at once.
    static let pieceBytes = 256 << 10
    static let linesAtOnce = 2000
    static let lineBytes = 64 << 10

    private let path: String
    private var handle: FileHandle?
    private var inode: UInt64 = 0
    private var offset: UInt64 = 0
    private var skipsToEnd: Bool
    private var splitter = LineSplitter(maximumBytes: lineBytes)
    private var waiting: [String] = []
    private(set) var rotations = 0

    var cutLines: Int { splitter.cutLines }

    init(path: String, fromStart: Bool) {
        self.path = path
        skipsToEnd = !fromStart
    }

    /// The next lines; none where there are none yet.
    ///
    /// - Parameter atEnd: whether a last line without an end is one, since nothing will follow it.
    mutating func lines(atEnd: Bool = false) throws -> [String] {
        if waiting.isEmpty { try readPiece(atEnd: atEnd) }
        defer { waiting.removeFirst(min(Self.linesAtOnce, waiting.count)) }
        return Array(waiting.prefix(Self.linesAtOnce))
    }

    private mutating func readPiece(atEnd: Bool) throws {
        if handle == nil, try !open() {
            if atEnd { throw ReleaseError(.notFound, "there is no such file", place: path) }
            return
        }
        guard let handle else { return }
        if size(of: handle) < offset {
            // Truncated: what it holds now is new.
            rotations += 1
            offset = 0
            try handle.seek(toOffset: 0)
        }
        let piece = try handle.read(upToCount: Self.pieceBytes) ?? Data()
        offset += UInt64(piece.count)
        var lines: [String] = []
        piece.withUnsafeBytes { bytes in
            splitter.add(bytes.bindMemory(to: UInt8.self)) { lines.append(String(decoding: $0, as: UTF8.self)) }
        }
        if piece.isEmpty, atEnd || wasReplaced() {
            splitter.finish { lines.append(String(decoding: $0, as: UTF8.self)) }
            if !atEnd { try close() }
        }
        waiting = lines
    }

    private mutating func open() throws -> Bool {
        guard let opened = FileHandle(forReadingAtPath: path) else {
            // A file that comes into being later is new from its beginning.
            if !FileManager.default.fileExists(atPath: path) {
                skipsToEnd = false
                return false
            }
            throw ReleaseError(.forbidden, "the file cannot be read", place: path, advice: "run this as a user that may read it")
        }
        handle = opened
        inode = Self.inode(of: opened)
        offset = skipsToEnd ? try opened.seekToEnd() : 0
        skipsToEnd = false
        return true
    }

    private mutating func close() throws {
        try handle?.close()
        handle = nil
        rotations += 1
    }

    /// Whether another file stands under the name; while there is none, the old one may still grow.
    private func wasReplaced() -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && UInt64(status.st_ino) != inode
    }

    private static func inode(of handle: FileHandle) -> UInt64 {
        var status = stat()
        return fstat(handle.fileDescriptor, &status) == 0 ? UInt64(status.st_ino) : 0
    }

    private func size(of handle: FileHandle) -> UInt64 {
        var status = stat()
        return fstat(handle.fileDescriptor, &status) == 0 ? UInt64(status.st_size) : 0
    }
}
