import Foundation
import Hashing

/// What every recorded row must be, as the images in the entries say. Rows are known by the digest of their table and key, and kept by
/// the digest of their image, so that a million entries fit into memory; images themselves are kept as far as a budget goes, to name the
/// column that differs.
struct RowLedger {
    static let imageBudget = 64 << 20
    /// Longer values are recorded by their digest, and so is what belongs to a secret.
    static let longestValue = 512

    private struct Row {
        var table: Int32
        var leaf: UInt64
        var digest: InlineDigest
        /// The entry's image, where the budget allowed to keep it.
        var image: [UInt8]?
    }

    private var tables: [RecordedTable] = []
    private var tableIndex: [String: Int] = [:]
    private var lastTable = 0
    private var rows: [InlineDigest: Row] = [:]
    private var kept = 0
    private var scratch: [UInt8] = []
    private var values: [Int] = []
    private(set) var checked: UInt64 = 0

    // MARK: From entries

    /// Rows that went, as an entry says: no table has them from now on.
    mutating func forget(_ identities: [InlineDigest]) {
        for identity in identities { forget(identity) }
    }

    private mutating func forget(_ identity: InlineDigest) {
        if let old = rows.removeValue(forKey: identity) { kept -= old.image?.count ?? 0 }
    }

    /// Takes one image of an entry; gives the identity of its row. nil when it is not an image.
    mutating func apply(_ image: Int, in scanner: JSONScanner, leaf: UInt64) -> InlineDigest? {
        guard let name = scanner.member(image, "table"), scanner.tokens[name].kind == .string, let row = scanner.member(image, "row"),
            scanner.tokens[row].kind == .object, let key = scanner.member(image, "key"), let change = scanner.member(image, "change")
        else { return nil }
        let table = index(of: scanner.bytes(name))
        if tables[table].key.isEmpty { tables[table].key = scanner.elements(key).map { Array(scanner.bytes($0)) } }
        guard let identity = identity(table, row, scanner) else { return nil }
        if scanner.isText(change, "delete") {
            forget(identity)
            return identity
        }
        if scanner.isText(name, "recorded_table"), let of = scanner.string(scanner.member(row, "name")) { learn(of, row, scanner) }
        let digest = digest(row, digests: scanner.member(image, "digests"), scanner)
        let bytes = scanner.bytes(image)
        let old = kept > 0 ? rows[identity]?.image?.count ?? 0 : 0
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
        tables.append(RecordedTable(name: name))
        tableIndex[name] = tables.count - 1
        return tables.count - 1
    }

    /// Rows of one table mostly follow on each other.
    private mutating func index(of name: UnsafeRawBufferPointer) -> Int {
        if lastTable < tables.count, tables[lastTable].nameBytes.withUnsafeBytes({ JSONScanner.same($0, name) }) { return lastTable }
        lastTable = index(of: String(decoding: name, as: UTF8.self))
        return lastTable
    }

    /// The digest of the table's name and the values of its key.
    private mutating func identity(_ table: Int, _ row: Int, _ scanner: JSONScanner) -> InlineDigest? {
        scratch.removeAll(keepingCapacity: true)
        scratch.append(contentsOf: tables[table].nameBytes)
        for column in tables[table].key {
            guard let value = scanner.member(row, named: column) else { return nil }
            scratch.append(0)
            append(scanner, value)
        }
        return scratch.withUnsafeBytes { InlineDigest(of: $0) }
    }

    /// The digest of columns in their order: names and values with their lengths.
    private mutating func digest(_ row: Int, digests: Int?, _ scanner: JSONScanner) -> InlineDigest {
        scratch.removeAll(keepingCapacity: true)
        scratch.append(UInt8(ascii: "R"))
        appendMembers(row, scanner)
        scratch.append(UInt8(ascii: "D"))
        if let digests, scanner.tokens[digests].kind == .object { appendMembers(digests, scanner) }
        return scratch.withUnsafeBytes { InlineDigest(of: $0) }
    }

    private mutating func appendMembers(_ object: Int, _ scanner: JSONScanner) {
        var at = object + 1
        let end = Int(scanner.tokens[object].next)
        while at < end {
            append(scanner, at)
            append(scanner, at + 1)
            at = Int(scanner.tokens[at + 1].next)
        }
    }

    private mutating func append(_ scanner: JSONScanner, _ token: Int) {
        guard scanner.tokens[token].kind == .string else {
            scratch.append(0xFF)
            return
        }
        if scanner.tokens[token].isEscaped {
            (scanner.unescaped(token) ?? []).withUnsafeBytes { append(content: $0) }
        } else {
            append(content: scanner.bytes(token))
        }
    }

    private mutating func append(content: UnsafeRawBufferPointer) {
        withUnsafeBytes(of: UInt64(content.count).littleEndian) { scratch.append(contentsOf: $0) }
        scratch.append(contentsOf: content)
    }

    // MARK: From the tables

    /// Compares an entry from before rows were recorded, whose row an image tells of.
    mutating func check(oldEntry columns: Int, in scanner: JSONScanner) -> Finding? {
        let table = index(of: "history_entry")
        if tables[table].leftOut.isEmpty { tables[table].leftOut = ["leaf_index", "leaf_hash", "entry"] }
        return check(table, columns, scanner)
    }

    /// Compares a row of the database with its last image.
    ///
    /// - Parameters:
    ///   - name: a text, the table's name.
    ///   - row: an object whose members are the columns, as texts.
    mutating func check(_ name: Int, row: Int, in scanner: JSONScanner) -> Finding? {
        check(index(of: scanner.bytes(name)), row, scanner)
    }

    private mutating func check(_ table: Int, _ row: Int, _ scanner: JSONScanner) -> Finding? {
        checked += 1
        guard !tables[table].key.isEmpty else {
            return Finding(.row, table: tables[table].name, "no entry tells of a row of this table")
        }
        guard let identity = identity(table, row, scanner) else {
            return Finding(.row, table: tables[table].name, "a row lacks a column of its key")
        }
        guard let known = rows.removeValue(forKey: identity) else {
            return Finding(
                .row, table: tables[table].name, key: key(table, row, scanner),
                "no entry tells of this row: it was inserted, or its key was changed")
        }
        kept -= known.image?.count ?? 0
        tables[table].columns(of: row, in: scanner, &values)
        scratch.removeAll(keepingCapacity: true)
        scratch.append(UInt8(ascii: "R"))
        var long: [(column: Int, digest: String)] = []
        for place in tables[table].layout.ordered {
            let value = values[place]
            if let digest = longDigest(value, scanner) {
                long.append((place, digest))
            } else {
                append(scanner, value - 1)
                append(scanner, value)
            }
        }
        scratch.append(UInt8(ascii: "D"))
        for (place, digest) in long {
            append(scanner, values[place] - 1)
            Array(digest.utf8).withUnsafeBytes { append(content: $0) }
        }
        guard scratch.withUnsafeBytes({ InlineDigest(of: $0) }) != known.digest else { return nil }
        return Finding(
            .row, entry: known.leaf, table: tables[table].name, key: key(table, row, scanner),
            column: difference(known, table, long, scanner), "the row is not what entry \(known.leaf) says it was made")
    }

    /// The digest by which a value is recorded; nil for one that is recorded as it is.
    private func longDigest(_ value: Int, _ scanner: JSONScanner) -> String? {
        guard scanner.tokens[value].kind == .string else { return nil }
        // Of what belongs to a secret an export holds the digest only, as images do.
        if scanner.bytes(value - 1).starts(with: Array("secret".utf8)) { return scanner.string(value) }
        guard Int(scanner.tokens[value].end - scanner.tokens[value].start) > Self.longestValue else { return nil }
        let content = scanner.unescaped(value) ?? []
        guard content.count > Self.longestValue else { return nil }
        return content.withUnsafeBytes { InlineDigest(of: $0) }.hex
    }

    /// The first column that is not the image's, where the image is at hand.
    private func difference(_ known: Row, _ table: Int, _ long: [(column: Int, digest: String)], _ scanner: JSONScanner) -> String? {
        var image = JSONScanner()
        return known.image?.withUnsafeBufferPointer { bytes -> String? in
            guard image.scan(bytes) else { return nil }
            var said: [String: String?] = [:]
            for member in ["row", "digests"] as [StaticString] {
                for (name, value) in image.members(image.member(0, member)) { said[image.string(name) ?? ""] = .some(image.string(value)) }
            }
            let digests = Dictionary(long.map { ($0.column, $0.digest) }, uniquingKeysWith: { first, _ in first })
            for place in tables[table].layout.ordered {
                let column = scanner.string(values[place] - 1) ?? ""
                guard let expected = said.removeValue(forKey: column) else { return column }
                if (digests[place] ?? scanner.string(values[place])) != expected { return column }
            }
            return said.keys.min()
        } ?? nil
    }

    private func key(_ table: Int, _ row: Int, _ scanner: JSONScanner) -> String {
        tables[table].key.map { column in
            "\(String(decoding: column, as: UTF8.self))=\(scanner.string(scanner.member(row, named: column)) ?? "null")"
        }.joined(separator: ", ")
    }

    /// The rows that entries tell of and that no table had.
    mutating func missing() -> [Finding] {
        rows.values.map { row in
            var scanner = JSONScanner()
            let shown = row.image?.withUnsafeBufferPointer { bytes -> String? in
                guard scanner.scan(bytes), let content = scanner.member(0, "row") else { return nil }
                return key(Int(row.table), content, scanner)
            }
            return Finding(
                .row, entry: row.leaf, table: tables[Int(row.table)].name, key: shown ?? nil,
                "the row that entry \(row.leaf) tells of is not there")
        }
    }
}
