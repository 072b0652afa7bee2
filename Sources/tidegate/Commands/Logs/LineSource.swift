import Foundation
import ReleaseModel

/// The lines that come in on standard input or lie in a file, a piece at a time and without waiting for long.
struct LineSource {
    static let pieceBytes = 1 << 18

    private let handle: FileHandle
    private let place: String
    private var splitter = LineSplitter(maximumBytes: LogFile.maximumLineBytes)
    private var piece = [UInt8](repeating: 0, count: pieceBytes)
    private(set) var isAtEnd = false

    var cutLines: Int { splitter.cutLines }

    init(_ file: LogFile) throws {
        handle = try file.open()
        place = file.place
    }

    /// The lines of the next piece; none where nothing came within `milliseconds`. After the last line `isAtEnd` is true.
    mutating func lines(within milliseconds: Int32) throws -> [String] {
        var wanted = pollfd(fd: handle.fileDescriptor, events: Int16(POLLIN), revents: 0)
        guard poll(&wanted, 1, milliseconds) > 0 else { return [] }
        let count = piece.withUnsafeMutableBytes { read(handle.fileDescriptor, $0.baseAddress!, $0.count) }
        var lines: [String] = []
        if count < 0 {
            if errno == EINTR || errno == EAGAIN { return [] }
            throw ReleaseError(.invalidInput, "the log cannot be read: \(String(cString: strerror(errno)))", place: place)
        }
        if count == 0 {
            isAtEnd = true
            splitter.finish { lines.append(String(decoding: $0, as: UTF8.self)) }
        } else {
            piece.withUnsafeBufferPointer { bytes in
                splitter.add(UnsafeBufferPointer(rebasing: bytes[..<count])) { lines.append(String(decoding: $0, as: UTF8.self)) }
            }
        }
        return lines
    }
}
