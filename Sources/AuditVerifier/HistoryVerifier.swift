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
public struct HistoryVerifier {
    public static let format = "tidegate-history/1"
    /// Findings beyond these are counted and not listed.
    public static let maximumFindings = 1000
    /// Lines are read in blocks of about so many bytes, of which so many are read ahead.
    static let blockBytes = 1 << 20
    static let blocksAhead = 3
    /// A longer line is refused.
    public static let maximumLineBytes = 256 << 20

    let trust: Trust
    var scanner = JSONScanner()
    /// The token of the line's object, and what was hashed of the line.
    private var root = 0
    private var digest: InlineDigest?
    private var pending: [UInt8] = []
    private var blocks: [ParsedBlock] = []
    private var lineNumber = 0

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

    public init(trust: Trust = Trust()) { self.trust = trust }

    mutating func found(_ finding: Finding) {
        findingCount += 1
        if findings.count < Self.maximumFindings { findings.append(finding) }
    }

    mutating func found(_ more: [Finding]) {
        for finding in more { found(finding) }
    }

    /// Takes the next bytes of the export, whole lines or not.
    public mutating func feed(_ chunk: UnsafeRawBufferPointer) {
        pending.append(contentsOf: chunk)
        guard pending.count >= Self.blockBytes else { return }
        if let end = pending.lastIndex(of: 10) {
            take(block: pending[...end])
            pending.removeSubrange(...end)
        } else if pending.count > Self.maximumLineBytes {
            found(Finding(.unreadable, "a line is longer than \(Self.maximumLineBytes) bytes"))
            pending = []
        }
    }

    private mutating func take(block lines: ArraySlice<UInt8>) {
        let block = ParsedBlock(lines)
        block.start()
        blocks.append(block)
        if blocks.count > Self.blocksAhead { consume(blocks.removeFirst()) }
    }

    /// Takes what was fed and is not followed yet; the last line may lack its line break.
    mutating func takeRest() {
        if !pending.isEmpty { take(block: pending[...]) }
        pending = []
        while !blocks.isEmpty { consume(blocks.removeFirst()) }
        if tree == nil { startTree() }
    }

    private mutating func consume(_ block: ParsedBlock) {
        block.wait()
        scanner = block.scanner
        for line in block.lines {
            lineNumber += 1
            if line.isEmpty { continue }
            guard let root = line.root else {
                found(Finding(.unreadable, "line \(lineNumber) is not a JSON object"))
                continue
            }
            self.root = root
            digest = line.digest
            self.line()
        }
        // The tokens are of the block's bytes, which end here.
        scanner = JSONScanner()
    }

    private mutating func line() {
        if sawEnd { found(Finding(.unreadable, "line \(lineNumber) follows the end of the export")) }
        let name = root + 1
        let value = root + 2
        if scanner.isText(name, "entry") {
            entry(raw: value)
        } else if scanner.isText(name, "row") {
            row(value)
        } else if scanner.isText(name, "entryBytes") {
            entryBytes(value)
        } else if scanner.isText(name, "tile") {
            tile(value)
        } else if scanner.isText(name, "format") {
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

    private mutating func tile(_ value: Int) {
        guard let level = scanner.string(scanner.member(value, "level")).flatMap({ Int($0) }),
            let index = scanner.string(scanner.member(value, "index")).flatMap({ UInt64($0) }), (0...7).contains(level),
            let text = scanner.string(scanner.member(value, "digests")), let bytes = [UInt8](hex: text.dropFirst(2)), bytes.count % 32 == 0
        else {
            found(Finding(.tile, table: "log_tile", "a tile cannot be read"))
            return
        }
        while tiles.count <= level { tiles.append([:]) }
        tiles[level][index] = stride(from: 0, to: bytes.count, by: 32).compactMap { InlineDigest(bytes: bytes[$0..<$0 + 32]) }
    }

    /// The stored digests by level, once all tiles were read.
    private mutating func startTree() {
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

    // MARK: Entries

    private mutating func entry(raw token: Int) {
        guard let digest else { preconditionFailure("a block hashes its entries") }
        take(digest, entry: token, columns: scanner.member(root, "columns"))
    }

    /// An entry that is not JSON on one line, in hexadecimal. It cannot be one of ours.
    private mutating func entryBytes(_ token: Int) {
        guard let text = scanner.string(token), let bytes = [UInt8](hex: text) else {
            found(Finding(.unreadable, "line \(lineNumber) holds no entry"))
            return
        }
        let leafHash = bytes.withUnsafeBytes { InlineDigest(prefix: 0, of: $0) }
        take(leafHash, entry: nil, columns: scanner.member(root, "columns"))
    }

    private mutating func take(_ leafHash: InlineDigest, entry token: Int?, columns: Int?) {
        if tree == nil { startTree() }
        let number = scanner.member(columns, "leaf_index")
        let isNumbered = number.map { scanner.tokens[$0].kind == .string } ?? false
        let leaf = (tree?.size ?? 0) + (isNumbered ? 0 : waiting)
        if isNumbered {
            if scanner.number(inText: number) != Int64(leaf) {
                let stated = scanner.string(number) ?? "none"
                found(
                    Finding(
                        .entry, entry: leaf, table: "history_entry", column: "leaf_index", "entry \(leaf) is missing; \(stated) follows"))
            }
            tree?.append(leafHash)
        } else {
            waiting += 1
        }
        if let stated = scanner.member(columns, "leaf_hash"), scanner.digest(stated) != leafHash {
            found(
                Finding(
                    .entry, entry: leaf, table: "history_entry", key: identity(columns), column: "leaf_hash",
                    "the stored hash is not that of the entry"))
        }
        guard let token, scanner.tokens[token].kind == .object else {
            found(
                Finding(
                    .entry, entry: leaf, table: "history_entry", key: identity(columns), column: "entry", "the entry is not a JSON object"))
            return
        }
        compare(token, columns, leaf: leaf)
        follow(token, leaf: leaf)
    }

    private func identity(_ columns: Int?) -> String? { scanner.string(scanner.member(columns, "id")).map { "id=\($0)" } }

    /// The columns beside an entry say what the entry says.
    private mutating func compare(_ entry: Int, _ columns: Int?, leaf: UInt64) {
        guard let columns else {
            found(Finding(.unreadable, entry: leaf, "entry \(leaf) came without its columns"))
            return
        }
        guard let own = scanner.member(entry, "history") else {
            // Written before rows were recorded; an image tells of it later.
            var line = Array("{\"row\":".utf8)
            line.append(contentsOf: scanner.bytes(columns))
            line.append(UInt8(ascii: "}"))
            entriesBeforeRecording.append(line)
            return
        }
        /// A column that is null is one that the entry does not name.
        func agree(_ column: StaticString, _ said: Int?, _ kind: JSONScanner.Kind) -> Bool {
            guard let stated = scanner.member(columns, column) else { return false }
            guard scanner.tokens[stated].kind == .string else { return said == nil }
            return said.map { scanner.tokens[$0].kind == kind && scanner.same(stated, $0) } ?? false
        }
        if !agree("id", scanner.member(own, "id"), .number) { disagree("id", columns, leaf) }
        if !agree("kind", scanner.member(entry, "kind"), .string) { disagree("kind", columns, leaf) }
        if !agree("release", scanner.member(own, "release"), .number) { disagree("release", columns, leaf) }
        if !agree("decision", scanner.member(own, "decision"), .number) { disagree("decision", columns, leaf) }
        let stated = scanner.moment(scanner.member(columns, "recorded_at"))
        if stated == nil || stated != scanner.moment(scanner.member(entry, "recordedAt")) { disagree("recorded_at", columns, leaf) }
    }

    private mutating func disagree(_ column: String, _ columns: Int, _ leaf: UInt64) {
        found(
            Finding(
                .row, entry: leaf, table: "history_entry", key: identity(columns), column: column, "the column is not what the entry says"))
    }

    /// Takes in what an entry tells: rows, decisions, effects, keys.
    private mutating func follow(_ entry: Int, leaf: UInt64) {
        let kind = scanner.member(entry, "kind")
        func isKind(_ name: StaticString) -> Bool { kind.map { scanner.isText($0, name) } ?? false }
        for image in scanner.elements(scanner.member(entry, "rows")) {
            guard let identity = ledger.apply(image, in: scanner, leaf: leaf) else {
                found(Finding(.entry, entry: leaf, "an image of a row in the entry cannot be read"))
                continue
            }
            followRow(image, identity: identity, leaf: leaf)
        }
        let own = scanner.member(entry, "history")
        let release = scanner.integer(scanner.member(own, "release"))
        let decision = scanner.integer(scanner.member(own, "decision"))
        if isKind("decision") {
            guard let release, let decision else { return }
            found(releases.decided(entry, scanner, release: release, decision: decision, leaf: leaf))
            evidence.decided(entry, scanner, release: release)
        } else if isKind("effect") {
            found(releases.asked(entry, scanner, release: release ?? 0, decision: decision, leaf: leaf))
        } else if isKind("outcome") {
            found(releases.came(entry, scanner, leaf: leaf))
        } else if isKind("logKey") {
            if let key = scanner.string(scanner.member(entry, "key")) { introducedKeys.append((leaf, key)) }
        } else if isKind("rows"), let login = scanner.string(scanner.member(entry, "login")) {
            handEdits[login, default: 0] += 1
        } else if isKind("hold"), let release {
            evidence.hold(entry, scanner, release: release)
        } else if isKind("retention") {
            evidence.retain(entry, scanner)
        } else if isKind("expiry") {
            let (went, finding) = evidence.expire(entry, scanner, leaf: leaf)
            ledger.forget(went)
            if let finding { found(finding) }
        }
    }

    private mutating func followRow(_ image: Int, identity: InlineDigest, leaf: UInt64) {
        guard let table = scanner.member(image, "table"), let row = scanner.member(image, "row") else { return }
        let isGone = scanner.member(image, "change").map { scanner.isText($0, "delete") } ?? false
        if scanner.isText(table, "legal_transition"), let from = scanner.string(scanner.member(row, "from_state")),
            let to = scanner.string(scanner.member(row, "to_state"))
        {
            if isGone { releases.forbid(from: from, to: to) } else { releases.allow(from: from, to: to) }
        } else if scanner.isText(table, "release"), let id = scanner.string(scanner.member(row, "id")).flatMap({ Int64($0) }) {
            releases.began(id, name: scanner.string(scanner.member(row, "ref")) ?? "\(id)", leaf: leaf)
        } else if scanner.isText(table, "evidence") {
            evidence.recorded(row, scanner, identity: identity, isGone: isGone)
        }
    }

    // MARK: Rows

    private mutating func row(_ row: Int) {
        if tree == nil { startTree() }
        guard let table = scanner.member(root, "table"), scanner.tokens[table].kind == .string, scanner.tokens[row].kind == .object else {
            found(Finding(.unreadable, "line \(lineNumber) does not name its table"))
            return
        }
        if let finding = ledger.check(table, row: row, in: scanner) { found(finding) }
        if scanner.isText(table, "evidence") {
            checkEvidence(row)
        } else if scanner.isText(table, "release_state") {
            if let release = scanner.string(scanner.member(row, "release")).flatMap({ Int64($0) }),
                let state = scanner.string(scanner.member(row, "state")), let finding = releases.checkState(release: release, state: state)
            {
                found(finding)
            }
        } else if scanner.isText(table, "arm") {
            if let release = scanner.string(scanner.member(row, "release")).flatMap({ Int64($0) }),
                let name = scanner.string(scanner.member(row, "name")),
                let weight = scanner.string(scanner.member(row, "weight")).flatMap({ Int64($0) })
            {
                arms[release, default: [:]][name] = weight
            }
        }
    }

    private mutating func checkEvidence(_ row: Int) {
        guard let body = scanner.member(row, "body"), scanner.tokens[body].kind == .string else {
            evidenceNotSeen += 1
            return
        }
        if digest == nil || digest != scanner.digest(scanner.member(row, "digest")) {
            let stated = scanner.string(scanner.member(row, "digest")) ?? ""
            found(Finding(.evidence, table: "evidence", key: "digest=\(stated)", column: "body", "the evidence has another digest"))
        }
    }

    /// Entries from before rows were recorded, now that their images were read.
    mutating func compareOldEntries() {
        for line in entriesBeforeRecording {
            line.withUnsafeBufferPointer { bytes in
                var scanner = JSONScanner()
                guard scanner.scan(bytes), let columns = scanner.member(0, "row") else { return }
                if let finding = ledger.check(oldEntry: columns, in: scanner) { found(finding) }
            }
        }
    }
}
