import PostgresClient

/// One change behind the history's back, as a superuser makes it, and the table that the verifier must name.
struct Tampering: Sendable {
    /// The ways in which a history is changed.
    enum Kind: String, Sendable, CaseIterable {
        /// One byte, digit or element of one column of one row.
        case change
        case delete
        case insert
        /// Two rows exchange their contents, all but the key.
        case reorder
        /// Everything from a row on is gone.
        case truncate
        /// The rows of a table are those of an older backup.
        case restore
    }

    var kind: Kind
    var table: String
    var column: String?
    var statements: [String]
}

/// What can be changed: columns as information_schema lists them, and the keys of their tables.
struct TamperedTable: Sendable {
    struct Column: Sendable, Hashable {
        var name: String
        var type: String
        /// False for what the log does not vouch for; it is never the only thing that is changed.
        var isCovered: Bool
    }

    /// The schema with the rows of an older time.
    static let backup = "backup"

    var name: String
    var key: [String]
    var columns: [Column]

    private var place: String { "tidegate.\"\(name)\"" }

    /// Draws a change of a kind; nil where the table does not know it.
    func draw(_ kind: Tampering.Kind, _ random: inout SplitMix) -> Tampering? {
        let covered = columns.filter(\.isCovered)
        switch kind {
        case .change:
            guard !covered.isEmpty else { return nil }
            return change(covered[random.next(below: covered.count)], &random)
        case .delete:
            return Tampering(kind: kind, table: name, statements: ["DELETE FROM \(place) WHERE (tableoid, ctid) = (\(row(&random)))"])
        case .truncate:
            let from = "ctid >= (SELECT ctid FROM \(place) ORDER BY ctid OFFSET \(random.next(below: 1000)) % \(count) LIMIT 1)"
            return Tampering(kind: kind, table: name, statements: ["DELETE FROM \(place) WHERE \(from)"])
        case .insert:
            // A copy of a row under another key. The head of the log is one row; there cannot be a second one.
            guard name != "log_head" else { return nil }
            let changed = columns.map { column -> String in
                guard key.contains(column.name) || column.name == "leaf_index" else { return "\"\(column.name)\"" }
                switch column.type {
                case "int2", "int4", "int8": return "\"\(column.name)\" + \(1000 + random.next(below: 5))"
                case "bytea": return "sha256(\"\(column.name)\")"
                case "timestamptz": return "\"\(column.name)\" + interval '1 hour'"
                default: return "\"\(column.name)\"::text || 'x'"
                }
            }
            let names = columns.map { "\"\($0.name)\"" }.joined(separator: ", ")
            return Tampering(
                kind: kind, table: name,
                statements: [
                    "INSERT INTO \(place) (\(names)) OVERRIDING SYSTEM VALUE SELECT \(changed.joined(separator: ", ")) FROM \(place) WHERE (tableoid, ctid) = (\(row(&random)))"
                ])
        case .reorder:
            if name == "history_entry", random.next(below: 2) == 0 { return exchangeOfNumbers(&random) }
            let contents = covered.map(\.name).filter { !key.contains($0) && $0 != "leaf_index" }.map { "\"\($0)\"" }
            guard !contents.isEmpty else { return nil }
            let list = contents.joined(separator: ", ")
            let (first, second) = (row(&random), row(&random))
            return Tampering(
                kind: kind, table: name,
                statements: [
                    """
                    UPDATE \(place) AS mine SET (\(list)) = ROW(\(contents.map { "theirs.\($0)" }.joined(separator: ", ")))
                    FROM \(place) AS theirs
                    WHERE (mine.tableoid, mine.ctid) IN ((\(first)) UNION ALL (\(second))) AND (theirs.tableoid, theirs.ctid) IN ((\(first)) UNION ALL (\(second)))
                        AND (mine.tableoid, mine.ctid) <> (theirs.tableoid, theirs.ctid)
                        AND ROW(\(contents.map { "mine.\($0)" }.joined(separator: ", "))) IS DISTINCT FROM ROW(\(contents.map { "theirs.\($0)" }.joined(separator: ", ")))
                    """
                ])
        case .restore:
            let names = columns.map { "\"\($0.name)\"" }.joined(separator: ", ")
            return Tampering(
                kind: kind, table: name,
                statements: [
                    "DELETE FROM \(place)",
                    "INSERT INTO \(place) (\(names)) OVERRIDING SYSTEM VALUE SELECT \(names) FROM \(Self.backup).\"\(name)\"",
                ])
        }
    }

    /// Two neighbours in the tree exchange their places.
    private func exchangeOfNumbers(_ random: inout SplitMix) -> Tampering {
        let first = "(\(random.next(below: 1000)) % (SELECT max(leaf_index) FROM \(place)))"
        return Tampering(
            kind: .reorder, table: name,
            statements: [
                "UPDATE \(place) SET leaf_index = -1 - leaf_index WHERE leaf_index IN (\(first), \(first) + 1)",
                "UPDATE \(place) SET leaf_index = (SELECT -1 - other.leaf_index FROM \(place) AS other WHERE other.leaf_index < 0 AND other.id <> \(place).id) WHERE leaf_index < 0",
            ])
    }

    private var count: String { "greatest(1, (SELECT count(*) FROM \(place)))" }

    /// A row by chance.
    private func row(_ random: inout SplitMix, where condition: String = "true") -> String {
        "SELECT tableoid, ctid FROM \(place) WHERE \(condition) ORDER BY tableoid, ctid OFFSET \(random.next(below: 1000)) % greatest(1, (SELECT count(*) FROM \(place) WHERE \(condition))) LIMIT 1"
    }

    /// One byte, digit or element of a value.
    func change(_ column: Column, _ random: inout SplitMix) -> Tampering {
        let name = "\"\(column.name)\""
        let value: String
        switch column.type {
        case "bytea":
            let place = random.next(below: 1 << 20)
            let bit = 1 << random.next(below: 8)
            value = "set_byte(\(name), \(place) % octet_length(\(name)), get_byte(\(name), \(place) % octet_length(\(name))) # \(bit))"
        case "bool": value = "NOT \(name)"
        case "int2", "int4", "int8": value = "\(name) + \(random.next(below: 2) == 0 ? 1 : -1)"
        case "timestamptz": value = "\(name) + interval '1 microsecond'"
        case "jsonb": value = "jsonb_set(\(name), '{0}', '\"x\"')"
        case "_text": value = "\(name)[2:] || ARRAY['x']"
        default:
            let place = random.next(below: 1 << 20)
            let other = ["A", "b", "7"][random.next(below: 3)]
            let at = "1 + \(place) % char_length(\(name))"
            value =
                "overlay(\(name)::text PLACING CASE WHEN substr(\(name)::text, \(at), 1) = '\(other)' THEN 'z' ELSE '\(other)' END FROM \(at) FOR 1)"
        }
        return Tampering(
            kind: .change, table: self.name, column: column.name,
            statements: [
                "UPDATE \(place) SET \(name) = \(value) WHERE (tableoid, ctid) = (\(row(&random, where: "\(name) IS NOT NULL"))) AND \(value) IS DISTINCT FROM \(name)"
            ])
    }
}
