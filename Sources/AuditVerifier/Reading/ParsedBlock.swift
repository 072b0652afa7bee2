import Foundation
import Hashing
import Synchronization

/// A run of whole lines that is read on a thread of its own while the verifier follows the run before it: parts are found, entries and
/// evidence hashed, rows and images marked. What depends on the lines before is left to the verifier.
///
/// Unchecked: one thread writes it in `parse`, and everybody else waits for that in `finish` before they look.
final class ParsedBlock: @unchecked Sendable {
    enum Line {
        case empty
        case unreadable
        /// An entry, by its place in `entries`.
        case entry(Int, leafHash: InlineDigest)
        /// A row of a table.
        case row(root: Int, facts: RowFacts?, evidence: InlineDigest?)
        /// A tile, by its place in `tiles`.
        case tile(Int)
        /// The token of another object.
        case other(Int)
    }

    /// Whole lines; the last one may lack its line break.
    let text: LineBuffer
    private struct Reading {
        enum State { case waiting, byPool, byVerifier }

        var state = State.byVerifier
        var isDone = false
        var round = 0
    }

    /// Who reads it: a thread of the pool, or the verifier itself when it has nothing else to do.
    private let reading = Mutex(Reading())
    private let done = DispatchSemaphore(value: 0)
    @exclusivity(unchecked) private(set) var scanner = JSONScanner(
        tokens: HistoryVerifier.blockBytes / 8, passingOver: [.path, .fromWeights, .toWeights, .actor])
    @exclusivity(unchecked) private(set) var lines: [Line] = []
    @exclusivity(unchecked) private(set) var entries: [EntryFacts] = []
    @exclusivity(unchecked) private(set) var images: [ImageFacts?] = []
    /// One that cannot be read is nil.
    @exclusivity(unchecked) private(set) var tiles: [StoredTile?] = []
    private let marked: MarkedBytes
    @exclusivity(unchecked) private var shapes: TableShapes

    /// - Parameter secret: that of the ledger.
    init(secret: [UInt8]) {
        text = LineBuffer()
        marked = MarkedBytes(secret: secret)
        shapes = TableShapes(secret: secret)
    }

    /// Makes an empty block of one that was followed.
    func clear() {
        text.removeAll()
        lines.removeAll(keepingCapacity: true)
        entries.removeAll(keepingCapacity: true)
        images.removeAll(keepingCapacity: true)
        tiles.removeAll(keepingCapacity: true)
    }

    /// Begins to read what stands in `text`.
    ///
    /// - Parameter known: what is known of the tables so far.
    func start(_ known: TableShapes) {
        shapes.take(known)
        let round = reading.withLock { reading in
            reading.round += 1
            reading.state = .waiting
            reading.isDone = false
            return reading.round
        }
        DispatchQueue.global(qos: .userInitiated).async {
            guard self.begin(.byPool, in: round) else { return }
            self.parse()
            self.reading.withLock { $0.isDone = true }
            self.done.signal()
        }
    }

    /// Reads it, where nobody has begun to; false otherwise.
    func read() -> Bool {
        guard begin(.byVerifier) else { return false }
        parse()
        reading.withLock { $0.isDone = true }
        return true
    }

    var isDone: Bool { reading.withLock { $0.isDone } }

    /// Waits until all of it was read; once for each start.
    func finish() {
        if !read(), reading.withLock({ $0.state == .byPool }) { done.wait() }
    }

    private func begin(_ state: Reading.State, in round: Int? = nil) -> Bool {
        reading.withLock { reading in
            guard reading.state == .waiting, round == nil || round == reading.round else { return false }
            reading.state = state
            return true
        }
    }

    private func parse() {
        let bytes = text.bytes
        scanner.begin(bytes)
        var start = 0
        while start < bytes.count {
            let found = memchr(bytes.baseAddress! + start, 10, bytes.count - start)
            let end = found.map { UnsafeRawPointer($0) - UnsafeRawPointer(bytes.baseAddress!) } ?? bytes.count
            lines.append(line(start..<end))
            start = end + 1
        }
    }

    private func line(_ range: Range<Int>) -> Line {
        guard !range.isEmpty else { return .empty }
        guard let root = scanner.scanNext(range), scanner.tokens[root].kind == .object, scanner.tokens.count > root + 2 else {
            return .unreadable
        }
        if scanner.name(root + 1) == .entry {
            return entry(root + 2, InlineDigest(prefix: 0, of: scanner.bytes(root + 2)), root)
        } else if scanner.name(root + 1) == .row {
            return row(root)
        } else if scanner.name(root + 1) == .tile {
            tiles.append(StoredTile(root + 2, scanner))
            return .tile(tiles.count - 1)
        } else if scanner.isText(root + 1, "entryBytes") {
            // An entry that is not JSON on one line, in hexadecimal. It cannot be one of ours.
            guard let text = scanner.string(root + 2), let content = [UInt8](hex: text) else { return .unreadable }
            return entry(nil, content.withUnsafeBytes { InlineDigest(prefix: 0, of: $0) }, root)
        }
        return .other(root)
    }

    private func entry(_ token: Int?, _ leafHash: InlineDigest, _ root: Int) -> Line {
        let columns = scanner.member(root, .columns)
        entries.append(EntryFacts(token, columns: columns, leafHash: leafHash, scanner, marked, images: &images))
        return .entry(entries.count - 1, leafHash: leafHash)
    }

    private func row(_ root: Int) -> Line {
        let row = root + 2
        guard let table = scanner.member(root, .table), scanner.tokens[table].kind == .string, scanner.tokens[row].kind == .object else {
            return .row(root: root, facts: nil, evidence: nil)
        }
        // A table that nobody has told of yet is left to the verifier.
        let facts = shapes.known(scanner.bytes(table)).map { RowFacts($0, row: row, scanner, &shapes) }
        let evidence =
            scanner.isName(table, .evidence)
            ? scanner.member(row, "body").flatMap { scanner.content(ofBytes: $0) }?.withUnsafeBytes { InlineDigest(of: $0) } : nil
        return .row(root: root, facts: facts, evidence: evidence)
    }
}
