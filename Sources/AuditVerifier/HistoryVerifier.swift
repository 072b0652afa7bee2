import Foundation
import Hashing

/// Reads a history line by line and finds what does not hold.
///
/// It is given the export of a history (docs/audit.md describes its lines), from a file or straight from a database, and shares with what
/// wrote it nothing but SHA-256 and Ed25519. In one pass it
/// - rebuilds the tree from the entries and compares root, signed head, stored tiles and heads that were anchored outside,
/// - follows every recorded row through the images in the entries and compares the tables with the last ones,
/// - folds the decisions of every release and compares where they lead with where the release stands,
/// - asks of every effect which decision it follows from, and of every outcome whether it is what was decided.
///
/// ```swift
/// var verifier = HistoryVerifier(trust: Trust(keys: [key], anchors: notes))
/// for chunk in chunks { chunk.withUnsafeBytes { verifier.feed($0) } }
/// let report = verifier.finish()
/// ```
///
/// A verifier is for one history and one owner: its copies share what was read.
public struct HistoryVerifier {
    public static let format = "tidegate-history/1"
    /// Findings beyond these are counted and not listed.
    public static let maximumFindings = 1000
    /// Lines are read in blocks of about so many bytes, of which so many are read ahead.
    static let blockBytes = 1 << 20
    static let blocksAhead = 4
    /// Rows are fetched from memory so many lines before they are compared.
    static let linesAhead = 8
    /// A longer line is refused.
    public static let maximumLineBytes = 256 << 20

    let trust: Trust
    var scanner = JSONScanner()
    /// The token of the line's object.
    private var root = 0
    /// The block whose text is gathered, those that are read, and those that were followed and can be used again.
    private var gathered: ParsedBlock
    private var blocks: [ParsedBlock] = []
    private var spare: [ParsedBlock] = []
    private(set) var lineNumber = 0

    var origin = ""
    var head: SignedHead?
    var headSize: UInt64 = 0
    var sawHeader = false
    var sawEnd = false
    var tiles: [[UInt64: [InlineDigest]]] = []
    var tree: RebuiltTree?
    var anchors: [SignedHead] = []
    var waiting: UInt64 = 0
    var introducedKeys: [(leaf: UInt64, key: String)] = []
    var ledger = RowLedger()
    var evidence = EvidenceLedger()
    var releases = ReleaseLedger()
    var arms: [Int64: [String: Int64]] = [:]
    var handEdits: [String: UInt64] = [:]
    var entriesBeforeRecording: [[UInt8]] = []
    var evidenceNotSeen: UInt64 = 0
    var findings: [Finding] = []
    var findingCount: UInt64 = 0

    public init(trust: Trust = Trust()) {
        self.trust = trust
        gathered = ParsedBlock(secret: ledger.secret)
    }

    mutating func found(_ finding: Finding) {
        findingCount += 1
        if findings.count < Self.maximumFindings { findings.append(finding) }
    }

    mutating func found(_ more: [Finding]) {
        for finding in more { found(finding) }
    }

    /// Takes the next bytes of the export, whole lines or not.
    public mutating func feed(_ chunk: UnsafeRawBufferPointer) {
        gathered.text.append(chunk)
        guard gathered.text.count >= Self.blockBytes else { return }
        let next = spare.popLast() ?? ParsedBlock(secret: ledger.secret)
        if gathered.text.moveUnended(to: next.text) {
            read(gathered)
            gathered = next
        } else {
            spare.append(next)
            guard gathered.text.count > Self.maximumLineBytes else { return }
            found(Finding(.unreadable, "a line is longer than \(Self.maximumLineBytes) bytes"))
            gathered.clear()
        }
    }

    private mutating func read(_ block: ParsedBlock) {
        block.start(ledger.shapes)
        blocks.append(block)
        if blocks.count > Self.blocksAhead { follow(blocks.removeFirst()) }
    }

    /// Takes what was fed and is not followed yet; the last line may lack its line break.
    mutating func takeRest() {
        if gathered.text.count > 0 {
            read(gathered)
            gathered = ParsedBlock(secret: ledger.secret)
        }
        while !blocks.isEmpty { follow(blocks.removeFirst()) }
        if tree == nil { startTree() }
    }

    private mutating func follow(_ block: ParsedBlock) {
        // Rather than wait, it reads a later one.
        while !block.isDone, !block.read(), blocks.contains(where: { $0.read() }) {}
        block.finish()
        scanner = block.scanner
        for (place, line) in block.lines.enumerated() {
            lineNumber += 1
            if place + Self.linesAhead < block.lines.count { prefetch(block.lines[place + Self.linesAhead], block) }
            switch line {
            case .empty: continue
            case .unreadable: found(Finding(.unreadable, "line \(lineNumber) is not a JSON object"))
            case .entry(let place, let leafHash):
                complainOfEnd()
                entry(block.entries[place], leafHash, block.images)
            case .row(let root, let facts, let evidence):
                complainOfEnd()
                row(root, facts, evidence)
            case .tile(let place):
                complainOfEnd()
                tile(block.tiles[place])
            case .other(let root):
                complainOfEnd()
                self.root = root
                other()
            }
        }
        scanner = JSONScanner()
        block.clear()
        spare.append(block)
    }

    private func prefetch(_ line: ParsedBlock.Line, _ block: ParsedBlock) {
        switch line {
        case .entry(let place, _):
            for image in block.entries[place].images { if let identity = block.images[image]?.identity { ledger.prefetch(identity) } }
        case .row(_, let facts, _): if let identity = facts?.identity { ledger.prefetch(identity) }
        default: break
        }
    }

    private mutating func complainOfEnd() {
        if sawEnd { found(Finding(.unreadable, "line \(lineNumber) follows the end of the export")) }
    }

    private mutating func other() {
        let name = root + 1
        let value = root + 2
        if scanner.isText(name, "format") {
            header()
        } else if scanner.isText(name, "end") {
            sawEnd = true
            if let count = scanner.integer(scanner.member(value, "lines")), count != Int64(lineNumber - 1) {
                found(Finding(.unreadable, "the export had \(count) lines, and \(lineNumber - 1) came"))
            }
        } else {
            found(Finding(.unreadable, "line \(lineNumber) is of a kind that this verifier does not know"))
        }
    }

    // MARK: The beginning

    private mutating func header() {
        guard scanner.isText(root + 2, "tidegate-history/1"), let name = scanner.string(scanner.member(root, "origin")),
            let size = scanner.string(scanner.member(root, "size")).flatMap({ UInt64($0) }), !sawHeader
        else {
            found(Finding(.unreadable, "line \(lineNumber) is not the beginning of an export in the form \(Self.format)"))
            return
        }
        sawHeader = true
        origin = name
        headSize = size
        ledger.reserve(size)
        if let note = scanner.string(scanner.member(root, "checkpoint")) {
            head = SignedHead(note)
            if head == nil {
                found(Finding(.checkpoint, table: "log_head", column: "checkpoint", "the signed head is not a checkpoint in a signed note"))
            }
        }
        for note in trust.anchors {
            if let anchor = SignedHead(note) {
                anchors.append(anchor)
            } else {
                found(Finding(.anchor, "what was anchored is not a checkpoint in a signed note: \(note.prefix(80))"))
            }
        }
        anchors.sort { $0.size < $1.size }
    }

    private mutating func tile(_ tile: StoredTile?) {
        guard let tile else {
            found(Finding(.tile, table: "log_tile", "a tile cannot be read"))
            return
        }
        while tiles.count <= tile.level { tiles.append([:]) }
        tiles[tile.level][tile.index] = tile.digests
    }

    /// The stored digests by level, once all tiles were read.
    mutating func startTree() {
        var stored: [[InlineDigest]] = []
        for (level, byIndex) in tiles.enumerated() {
            var digests: [InlineDigest] = []
            for (place, index) in byIndex.keys.sorted().enumerated() {
                guard index == UInt64(place), digests.count == place * 256 else {
                    found(
                        Finding(
                            .tile, table: "log_tile", key: "level=\(level), index=\(index)",
                            "the tile does not follow on the one before it, which is missing or not whole"))
                    break
                }
                digests += byIndex[index]!
            }
            stored.append(digests)
        }
        tiles = []
        tree = RebuiltTree(sizes: Set(anchors.map(\.size) + [headSize, head?.size ?? 0]), stored: stored)
    }
}
