import Foundation

/// What every recorded row must be, as the images in the entries say. Rows are known by the marks of their key and of their image, so that a
/// million entries fit into memory; images themselves are kept as far as a budget goes, to name the column that differs.
struct RowLedger {
    let secret: [UInt8]
    private(set) var shapes: TableShapes
    private let rows = RowTable()
    private var images = ImageStore()
    private(set) var checked: UInt64 = 0

    init() {
        secret = MarkedBytes.newSecret()
        shapes = TableShapes(secret: secret)
    }

    /// Makes room for the rows of so many entries.
    func reserve(_ entries: UInt64) { rows.reserve(entries) }

    func prefetch(_ identity: RowMark) { rows.prefetch(identity) }

    // MARK: From entries

    /// Rows that went, as an entry says: no table has them from now on.
    mutating func forget(_ identities: [RowMark]) {
        for identity in identities { forget(identity) }
    }

    private mutating func forget(_ identity: RowMark) {
        if let row = rows.take(identity) { images.drop(row.image) }
    }

    /// Takes one image of an entry; false when its key is another one than the table's.
    mutating func apply(_ image: ImageFacts, in scanner: JSONScanner, leaf: UInt64) -> Bool {
        let table = shapes.index(of: scanner.bytes(image.table))
        guard table < RowTable.maximumTables else { return false }
        shapes.learn(key: image.key, of: table, scanner)
        guard shapes.tables[table].isKey(image.key, scanner) else { return false }
        if image.isGone {
            forget(image.identity)
            return true
        }
        if image.subject == .recordedTable { learn(image.row, scanner) }
        var row = RowTable.Row(identity: image.identity, content: image.content, leaf: leaf, table: table)
        row.image = images.keep(scanner.bytes(image.token))
        images.drop(rows.put(row))
        if images.isWorthCleaning { images = images.cleaned(rows) }
        return true
    }

    private mutating func learn(_ row: Int, _ scanner: JSONScanner) {
        guard let name = scanner.string(scanner.member(row, "name")) else { return }
        let table = shapes.index(of: name)
        var list = JSONScanner()
        guard let text = scanner.member(row, "left_out").flatMap({ scanner.unescaped($0) }) else { return }
        let columns = text.withUnsafeBufferPointer { buffer -> Set<String> in
            guard list.scan(buffer) else { return [] }
            return Set(list.elements(0).compactMap { list.string($0) })
        }
        shapes.leaveOut(columns, of: table)
    }

    // MARK: From the tables

    /// Compares an entry from before rows were recorded, whose row an image tells of.
    mutating func check(oldEntry columns: Int, in scanner: JSONScanner) -> Finding? {
        let table = shapes.index(of: "history_entry")
        if shapes.tables[table].leftOut.isEmpty { shapes.leaveOut(["leaf_index", "leaf_hash", "entry"], of: table) }
        return check(RowFacts(table, row: columns, scanner, &shapes), columns, scanner)
    }

    /// Compares a row of the database with its last image.
    ///
    /// - Parameters:
    ///   - facts: of the row, by what was known of its table when its block was read.
    ///   - row: an object whose members are the columns, as texts.
    mutating func check(_ facts: RowFacts?, table name: Int, row: Int, in scanner: JSONScanner) -> Finding? {
        if let facts, facts.version == shapes.version { return check(facts, row, scanner) }
        return check(RowFacts(shapes.index(of: scanner.bytes(name)), row: row, scanner, &shapes), row, scanner)
    }

    private mutating func check(_ facts: RowFacts, _ row: Int, _ scanner: JSONScanner) -> Finding? {
        checked += 1
        let table = facts.table
        let name = shapes.tables[table].name
        guard !shapes.tables[table].key.isEmpty else { return Finding(.row, table: name, "no entry tells of a row of this table") }
        guard let identity = facts.identity else { return Finding(.row, table: name, "a row lacks a column of its key") }
        guard let known = rows.take(identity) else {
            return Finding(
                .row, table: name, key: shapes.key(table, row, scanner),
                "no entry tells of this row: it was inserted, or its key was changed")
        }
        images.drop(known.image)
        guard facts.content != known.content else { return nil }
        return Finding(
            .row, entry: known.leaf, table: name, key: shapes.key(table, row, scanner),
            column: known.image.flatMap { shapes.difference(images.image($0), table, row, scanner) },
            "the row is not what entry \(known.leaf) says it was made")
    }

    /// The rows that entries tell of and that no table had.
    func missing() -> [Finding] {
        var findings: [Finding] = []
        rows.forEach { row in
            var scanner = JSONScanner()
            let shown = row.image.flatMap { place -> String? in
                images.image(place).withMemoryRebound(to: UInt8.self) { bytes -> String? in
                    guard scanner.scan(bytes), let content = scanner.member(0, "row") else { return nil }
                    return shapes.key(row.table, content, scanner)
                }
            }
            findings.append(
                Finding(
                    .row, entry: row.leaf, table: shapes.tables[row.table].name, key: shown,
                    "the row that entry \(row.leaf) tells of is not there"))
        }
        return findings
    }
}
