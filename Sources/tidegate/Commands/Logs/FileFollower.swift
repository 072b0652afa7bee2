import Foundation
import ReleaseModel

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

    /// The next lines; none where there are none yet. A line may be longer than a piece, so pieces are read until one brings a line or the
    /// file has no more.
    ///
    /// - Parameter atEnd: whether a last line without an end is one, since nothing will follow it.
    mutating func lines(atEnd: Bool = false) throws -> [String] {
        while waiting.isEmpty, try readPiece(atEnd: atEnd) {}
        defer { waiting.removeFirst(min(Self.linesAtOnce, waiting.count)) }
        return Array(waiting.prefix(Self.linesAtOnce))
    }

    /// - Returns: whether there was anything to read.
    private mutating func readPiece(atEnd: Bool) throws -> Bool {
        if handle == nil, try !open() {
            if atEnd { throw ReleaseError(.notFound, "there is no such file", place: path, advice: "check the path") }
            return false
        }
        guard let handle else { return false }
        if try handle.seekToEnd() < offset {
            // Truncated: what it holds now is new.
            rotations += 1
            offset = 0
        }
        try handle.seek(toOffset: offset)
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
        return !piece.isEmpty
    }

    private mutating func open() throws -> Bool {
        var isFolder: ObjCBool = false
        if FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder.boolValue {
            throw ReleaseError(.invalidInput, "this is a folder, not a file", place: path, advice: "name one log file")
        }
        let before = Self.inode(at: path)
        guard let opened = FileHandle(forReadingAtPath: path) else {
            // A file that comes into being later is new from its beginning.
            if !FileManager.default.fileExists(atPath: path) {
                skipsToEnd = false
                return false
            }
            throw ReleaseError(.forbidden, "the file cannot be read", place: path, advice: "run this as a user that may read it")
        }
        // The name may have been given to another file meanwhile; then this is tried anew.
        guard let before, before == Self.inode(at: path) else {
            try opened.close()
            return false
        }
        handle = opened
        inode = before
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
    private func wasReplaced() -> Bool { Self.inode(at: path).map { $0 != inode } ?? false }

    private static func inode(at path: String) -> UInt64? {
        let attributes = try? FileManager.default.attributesOfItem(atPath: URL(fileURLWithPath: path).resolvingSymlinksInPath().path)
        return (attributes?[.systemFileNumber] as? NSNumber)?.uint64Value
    }
}
