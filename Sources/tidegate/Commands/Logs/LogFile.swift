import Foundation
import ReleaseModel

/// The lines of a log file or of standard input, read in pieces: a file of any size costs one piece and one line of memory.
struct LogFile: Sendable {
    /// Bytes of a line that are kept; what goes on after that is passed over.
    static let maximumLineBytes = 64 << 10
    static let pieceBytes = 1 << 18

    let path: String

    init(_ path: String) { self.path = path }

    var place: String { path == "-" ? "standard input" : path }

    /// Calls `body` with the bytes of each line, without its end. Any bytes are lines; the last one needs no end.
    ///
    /// - Returns: how many lines were cut for their length.
    @discardableResult
    func forEachLine(_ body: (UnsafeBufferPointer<UInt8>) throws -> Void) throws -> Int {
        let handle = try open()
        defer { if path != "-" { try? handle.close() } }
        var splitter = LineSplitter(maximumBytes: Self.maximumLineBytes)
        let piece = UnsafeMutableRawBufferPointer.allocate(byteCount: Self.pieceBytes, alignment: 16)
        defer { piece.deallocate() }
        while true {
            let count = read(handle.fileDescriptor, piece.baseAddress!, piece.count)
            if count == 0 { break }
            guard count > 0 else {
                if errno == EINTR { continue }
                throw ReleaseError(.invalidInput, "the file cannot be read: \(String(cString: strerror(errno)))", place: place)
            }
            try splitter.add(UnsafeBufferPointer(rebasing: piece.bindMemory(to: UInt8.self)[..<count]), body)
        }
        try splitter.finish(body)
        return splitter.cutLines
    }

    /// Opens the file for reading.
    func open() throws(ReleaseError) -> FileHandle {
        if path == "-" { return .standardInput }
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
            throw ReleaseError(.notFound, "there is no such file", place: place, advice: "check the path")
        }
        guard !isFolder.boolValue else {
            throw ReleaseError(
                .invalidInput, "this is a folder, not a file", place: place, advice: "name one log file, or - for standard input")
        }
        guard let handle = FileHandle(forReadingAtPath: path) else {
            throw ReleaseError(.forbidden, "the file cannot be read", place: place, advice: "check its rights")
        }
        return handle
    }
}
