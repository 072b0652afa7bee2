import Hashing

/// The recorded tables as far as entries have told of them: what their keys are, and what images leave out. It marks rows and images.
struct TableShapes {
    /// Longer values are recorded by their digest, and so is what belongs to a secret.
    static let longestValue = 512

    private(set) var tables: [RecordedTable] = []
    private var tableIndex: [String: Int] = [:]
    private var lastTable = 0
    private var values: [Int] = []
    /// Changes with every key and every column that becomes known.
    private(set) var version = 0
    private let bytes: MarkedBytes

    init(secret: [UInt8]) { bytes = MarkedBytes(secret: secret) }

    /// Takes over what others know.
    mutating func take(_ other: TableShapes) {
        guard version != other.version else { return }
        tables = other.tables
        tableIndex = other.tableIndex
        version = other.version
        lastTable = 0
    }

    mutating func index(of name: String) -> Int {
        if let known = tableIndex[name] { return known }
        tables.append(RecordedTable(name: name))
        tableIndex[name] = tables.count - 1
        version += 1
        return tables.count - 1
    }

    mutating func index(of name: UnsafeRawBufferPointer) -> Int { known(name) ?? index(of: String(decoding: name, as: UTF8.self)) }

    /// The place of a table that was named before. Rows of one table mostly follow on each other.
    mutating func known(_ name: UnsafeRawBufferPointer) -> Int? {
        if lastTable < tables.count, tables[lastTable].nameBytes.withUnsafeBytes({ JSONScanner.same($0, name) }) { return lastTable }
        guard let known = tableIndex[String(decoding: name, as: UTF8.self)] else { return nil }
        lastTable = known
        return known
    }

    /// Takes the key that an image names, where none is known yet.
    mutating func learn(key: Int, of table: Int, _ scanner: JSONScanner) {
        guard tables[table].key.isEmpty else { return }
        tables[table].key = scanner.elements(key).map { Array(scanner.bytes($0)) }
        version += 1
    }

    mutating func leaveOut(_ columns: Set<String>, of table: Int) {
        tables[table].leftOut = columns
        version += 1
    }

    // MARK: Marks

    /// The mark of the table's name and the values of its key; nil where the row lacks one of them.
    func identity(_ table: Int, _ row: Int, _ scanner: JSONScanner) -> RowMark? {
        bytes.begin()
        tables[table].nameBytes.withUnsafeBytes { bytes.append($0) }
        for column in tables[table].key {
            guard let value = column.withUnsafeBytes({ scanner.member(row, named: $0) }) else { return nil }
            bytes.append(0)
            bytes.append(scanner, value)
        }
        return bytes.mark
    }

    /// The mark that the image of a row of the database must have.
    mutating func row(_ table: Int, _ row: Int, _ scanner: JSONScanner) -> RowMark {
        tables[table].columns(of: row, in: scanner, &values)
        bytes.begin()
        bytes.append(UInt8(ascii: "R"))
        var long: [(column: Int, digest: String)] = []
        for place in tables[table].layout.ordered {
            let value = values[place]
            if let digest = longDigest(value, scanner) {
                long.append((place, digest))
            } else {
                bytes.append(scanner, value - 1)
                bytes.append(scanner, value)
            }
        }
        bytes.append(UInt8(ascii: "D"))
        for (place, digest) in long {
            bytes.append(scanner, values[place] - 1)
            Array(digest.utf8).withUnsafeBytes { bytes.append(content: $0) }
        }
        return bytes.mark
    }

    /// The digest by which a value is recorded; nil for one that is recorded as it is.
    private func longDigest(_ value: Int, _ scanner: JSONScanner) -> String? {
        let token = scanner.tokens[value]
        guard token.kind == .string else { return nil }
        // Of what belongs to a secret an export holds the digest only, as images do.
        if scanner.begins(value - 1, with: "secret") { return scanner.string(value) }
        guard Int(token.end - token.start) > Self.longestValue else { return nil }
        let content = scanner.unescaped(value) ?? []
        guard content.count > Self.longestValue else { return nil }
        return content.withUnsafeBytes { InlineDigest(of: $0) }.hex
    }

    /// The first column of a row that is not the image's.
    mutating func difference(_ image: UnsafeRawBufferPointer, _ table: Int, _ row: Int, _ scanner: JSONScanner) -> String? {
        tables[table].columns(of: row, in: scanner, &values)
        var imageScanner = JSONScanner()
        return image.withMemoryRebound(to: UInt8.self) { bytes -> String? in
            guard imageScanner.scan(bytes) else { return nil }
            var said: [String: String?] = [:]
            for member in ["row", "digests"] as [MemberName] {
                for (name, value) in imageScanner.members(imageScanner.member(0, member)) {
                    said[imageScanner.string(name) ?? ""] = .some(imageScanner.string(value))
                }
            }
            for place in tables[table].layout.ordered {
                let column = scanner.string(values[place] - 1) ?? ""
                guard let expected = said.removeValue(forKey: column) else { return column }
                if (longDigest(values[place], scanner) ?? scanner.string(values[place])) != expected { return column }
            }
            return said.keys.min()
        }
    }

    /// The key of a row, for people.
    func key(_ table: Int, _ row: Int, _ scanner: JSONScanner) -> String {
        tables[table].key.map { column in
            "\(String(decoding: column, as: UTF8.self))=\(scanner.string(column.withUnsafeBytes { scanner.member(row, named: $0) }) ?? "null")"
        }.joined(separator: ", ")
    }
}
