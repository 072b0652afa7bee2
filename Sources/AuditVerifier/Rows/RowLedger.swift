import Hashing

/// What every recorded row must be, as the images in the entries say. Rows are known by the digest of their table and key, and kept by
/// the digest of their image, so that a million entries fit into memory; images themselves are kept as far as a budget goes, to name the
/// column that differs.
struct RowLedger {
    static let imageBudget = 64 << 20
    /// Longer values are recorded by their digest, and so is what belongs to a secret.
    static let longestValue = 512

    struct Table {
        var name: String
        var key: [String] = []
        var leftOut: Set<String> = []
    }

    struct Row {
        var table: Int32
        var leaf: UInt64
        var digest: InlineDigest
        /// The entry's image, where the budget allowed to keep it.
        var image: [UInt8]?
    }

    private(set) var tables: [Table] = []
    private var tableIndex: [String: Int] = [:]
    private var rows: [InlineDigest: Row] = [:]
    private var kept = 0
    private var scratch: [UInt8] = []
    private(set) var checked: UInt64 = 0

    func table(_ name: String) -> Table? { tableIndex[name].map { tables[$0] } }

    // MARK: From entries

    /// Rows that went, as an entry says: no table has them from now on.
    mutating func forget(_ identities: [InlineDigest]) {
        for identity in identities {
            if let old = rows.removeValue(forKey: identity) { kept -= old.image?.count ?? 0 }
        }
    }

    /// Takes one image of an entry; gives the identity of its row. nil when it is not an image.
    mutating func apply(_ image: Int, in scanner: JSONScanner, leaf: UInt64) -> InlineDigest? {
        guard let name = scanner.string(scanner.member(image, "table")), let row = scanner.member(image, "row"),
            let keyToken = scanner.member(image, "key"), let change = scanner.member(image, "change")
        else { return nil }
        let table = index(of: name)
        if tables[table].key.isEmpty { tables[table].key = scanner.elements(keyToken).compactMap { scanner.string($0) } }
        guard let identity = identity(table, row, scanner) else { return nil }
        if scanner.isText(change, "delete") {
            forget([identity])
            return identity
        }
        if name == "recorded_table", let of = scanner.string(scanner.member(row, "name")) { learn(of, row, scanner) }
        let digest = digest(row: scanner.members(row), digests: scanner.members(scanner.member(image, "digests")), scanner)
        let bytes = scanner.bytes(image)
        let old = rows[identity]?.image?.count ?? 0
        let image = kept - old + bytes.count <= Self.imageBudget ? Array(bytes) : nil
        kept += (image?.count ?? 0) - old
        rows[identity] = Row(table: Int32(table), leaf: leaf, digest: digest, image: image)
        return identity
    }

    private mutating func learn(_ name: String, _ row: Int, _ scanner: JSONScanner) {
        let table = index(of: name)
        var list = JSONScanner()
        guard var text = scanner.member(row, "left_out").flatMap({ scanner.unescaped($0) }) else { return }
        tables[table].leftOut = text.withUnsafeMutableBufferPointer { buffer in
            guard list.scan(UnsafeBufferPointer(buffer)) else { return [] }
            return Set(list.elements(0).compactMap { list.string($0) })
        }
    }

    private mutating func index(of name: String) -> Int {
        if let known = tableIndex[name] { return known }
        tables.append(Table(name: name))
        tableIndex[name] = tables.count - 1
        return tables.count - 1
    }

    /// The digest of the table's name and the values of its key.
    private mutating func identity(_ table: Int, _ row: Int, _ scanner: JSONScanner) -> InlineDigest? {
        scratch.removeAll(keepingCapacity: true)
        scratch.append(contentsOf: tables[table].name.utf8)
        for column in tables[table].key {
            guard let value = scanner.members(row).first(where: { scanner.bytes($0.name).elementsEqual(column.utf8) })?.value else {
                return nil
            }
            scratch.append(0)
            append(scanner, value)
        }
        return scratch.withUnsafeBytes { InlineDigest(of: $0) }
    }

    /// The digest of columns in their order: names and values with their lengths.
    private mutating func digest(row: [(name: Int, value: Int)], digests: [(name: Int, value: Int)], _ scanner: JSONScanner) -> InlineDigest
    {
        scratch.removeAll(keepingCapacity: true)
        for (mark, members) in [(UInt8(ascii: "R"), row), (UInt8(ascii: "D"), digests)] {
            scratch.append(mark)
            for member in members {
                append(scanner, member.name)
                append(scanner, member.value)
            }
        }
        return scratch.withUnsafeBytes { InlineDigest(of: $0) }
    }

    private mutating func append(_ scanner: JSONScanner, _ token: Int) {
        guard scanner.tokens[token].kind == .string else {
            scratch.append(0xFF)
            return
        }
        if scanner.tokens[token].isEscaped {
            append(content: scanner.unescaped(token) ?? [])
        } else {
            append(content: scanner.bytes(token))
        }
    }

    private mutating func append(content: some Collection<UInt8>) {
        withUnsafeBytes(of: UInt64(content.count).littleEndian) { scratch.append(contentsOf: $0) }
        scratch.append(contentsOf: content)
    }

    // MARK: From the tables

    /// Compares a row of the database with its last image.
    ///
    /// - Parameters:
    ///   - row: an object whose members are the columns, as texts.
    ///   - without: columns that the row has and the image cannot have.
    mutating func check(_ name: String, row: Int, in scanner: JSONScanner, without: Set<String> = []) -> [Finding] {
        checked += 1
        guard let table = tableIndex[name], !tables[table].key.isEmpty else {
            return [Finding(.row, table: name, "no entry tells of a row of this table")]
        }
        guard let identity = identity(table, row, scanner) else {
            return [Finding(.row, table: name, "a row lacks a column of its key")]
        }
        let shown = key(table, row, scanner)
        guard let known = rows.removeValue(forKey: identity) else {
            return [Finding(.row, table: name, key: shown, "no entry tells of this row: it was inserted, or its key was changed")]
        }
        kept -= known.image?.count ?? 0
        let columns = scanner.members(row).map { (column: scanner.string($0.name) ?? "", value: $0.value) }
            .filter { !tables[table].leftOut.contains($0.column) && !without.contains($0.column) }
            .sorted { $0.column.utf8.lexicographicallyPrecedes($1.column.utf8) }
        scratch.removeAll(keepingCapacity: true)
        scratch.append(UInt8(ascii: "R"))
        var long: [(String, String)] = []
        for (column, value) in columns {
            if let digest = longDigest(column, value, scanner) {
                long.append((column, digest))
            } else {
                append(content: column.utf8)
                append(scanner, value)
            }
        }
        scratch.append(UInt8(ascii: "D"))
        for (column, digest) in long {
            append(content: column.utf8)
            append(content: digest.utf8)
        }
        guard scratch.withUnsafeBytes({ InlineDigest(of: $0) }) != known.digest else { return [] }
        return [difference(known, name, shown, columns, long, scanner)]
    }

    private func longDigest(_ column: String, _ value: Int, _ scanner: JSONScanner) -> String? {
        guard scanner.tokens[value].kind == .string else { return nil }
        // Of what belongs to a secret an export holds the digest only, as images do.
        if column.hasPrefix("secret") { return scanner.string(value) }
        guard Int(scanner.tokens[value].end - scanner.tokens[value].start) > Self.longestValue else { return nil }
        let content = scanner.unescaped(value) ?? []
        guard content.count > Self.longestValue else { return nil }
        return content.withUnsafeBytes { InlineDigest(of: $0) }.hex
    }

    private func difference(
        _ known: Row, _ name: String, _ shown: String, _ columns: [(column: String, value: Int)], _ long: [(String, String)],
        _ scanner: JSONScanner
    ) -> Finding {
        var image = JSONScanner()
        let column = known.image?.withUnsafeBufferPointer { bytes -> String? in
            guard image.scan(bytes) else { return nil }
            var said: [String: String?] = [:]
            for member in ["row", "digests"] as [StaticString] {
                for (name, value) in image.members(image.member(0, member)) { said[image.string(name) ?? ""] = .some(image.string(value)) }
            }
            let digests = Dictionary(long, uniquingKeysWith: { first, _ in first })
            for (column, value) in columns {
                guard let expected = said.removeValue(forKey: column) else { return column }
                if (digests[column] ?? scanner.string(value)) != expected { return column }
            }
            return said.keys.min()
        }
        return Finding(
            .row, entry: known.leaf, table: name, key: shown, column: column ?? nil,
            "the row is not what entry \(known.leaf) says it was made")
    }

    private func key(_ table: Int, _ row: Int, _ scanner: JSONScanner) -> String {
        let members = scanner.members(row)
        return tables[table].key.map { column in
            let value = members.first { scanner.bytes($0.name).elementsEqual(column.utf8) }?.value
            return "\(column)=\(scanner.string(value) ?? "null")"
        }.joined(separator: ", ")
    }

    /// The rows that entries tell of and that no table had.
    mutating func missing() -> [Finding] {
        rows.values.map { row in
            let name = tables[Int(row.table)].name
            var scanner = JSONScanner()
            let shown = row.image?.withUnsafeBufferPointer { bytes -> String? in
                guard scanner.scan(bytes), let content = scanner.member(0, "row") else { return nil }
                return key(Int(row.table), content, scanner)
            }
            return Finding(.row, entry: row.leaf, table: name, key: shown ?? nil, "the row that entry \(row.leaf) tells of is not there")
        }
    }
}
