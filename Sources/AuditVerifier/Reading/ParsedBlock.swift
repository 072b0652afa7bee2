import Foundation
import Hashing

/// A run of whole lines whose parts are found, and whose entries and evidence are hashed, on a thread of their own while the verifier
/// follows the run before it.
///
/// Unchecked: one thread writes it in `parse`, and everybody else waits for that in `wait` before they look.
final class ParsedBlock: @unchecked Sendable {
    struct Line {
        /// The token of the line's object; nil for a line that is none.
        var root: Int?
        var isEmpty = false
        /// The leaf hash of an entry, or the digest of a row's evidence.
        var digest: InlineDigest?
    }

    private let bytes: UnsafeMutableBufferPointer<UInt8>
    private let done = DispatchSemaphore(value: 0)
    private(set) var scanner = JSONScanner()
    private(set) var lines: [Line] = []

    /// - Parameter bytes: whole lines; the last one may lack its line break.
    init(_ bytes: some Collection<UInt8>) {
        self.bytes = .allocate(capacity: bytes.count)
        _ = self.bytes.initialize(from: bytes)
    }

    deinit { bytes.deallocate() }

    func start() {
        DispatchQueue.global(qos: .userInitiated).async {
            self.parse()
            self.done.signal()
        }
    }

    func wait() {
        done.wait()
        // Whoever comes later need not wait again.
        done.signal()
    }

    private func parse() {
        scanner.begin(UnsafeBufferPointer(bytes))
        var start = 0
        while start < bytes.count {
            let found = memchr(bytes.baseAddress! + start, 10, bytes.count - start)
            let end = found.map { UnsafeRawPointer($0) - UnsafeRawPointer(bytes.baseAddress!) } ?? bytes.count
            lines.append(line(start..<end))
            start = end + 1
        }
    }

    private func line(_ range: Range<Int>) -> Line {
        guard !range.isEmpty else { return Line(root: nil, isEmpty: true) }
        guard let root = scanner.scanNext(range), scanner.tokens[root].kind == .object, scanner.tokens.count > root + 2 else {
            return Line(root: nil)
        }
        var line = Line(root: root)
        if scanner.isText(root + 1, "entry") {
            line.digest = InlineDigest(prefix: 0, of: scanner.bytes(root + 2))
        } else if scanner.isText(root + 1, "row"), let body = scanner.member(root + 2, "body"),
            scanner.member(root, "table").map({ scanner.isText($0, "evidence") }) == true
        {
            line.digest = scanner.content(ofBytes: body)?.withUnsafeBytes { InlineDigest(of: $0) }
        }
        return line
    }
}
