import Hashing
public import PostgresClient
import ReleaseModel

/// Writes the whole history as lines of JSON, from one snapshot of the database, in batches: the memory that it needs does not grow with
/// the history. docs/audit.md describes the lines.
public struct HistoryExport: Sendable {
    public static let format = "tidegate-history/1"
    /// Rows that are fetched at a time; fewer of evidence, which is large.
    static let batch = 500
    static let evidenceBatch = 8
    /// A whole export may take this long.
    static let statementTimeout = Duration.seconds(120)

    /// With the bytes of the evidence, so that its digests can be checked.
    let withEvidence: Bool

    /// Hands the lines to `sink` in chunks of whole lines.
    static func write(
        _ client: PostgresClient, withEvidence: Bool, to sink: @Sendable ([UInt8]) async throws -> Void
    ) async throws {
        try await client.transaction(isolation: .repeatableRead, readOnly: true) { transaction in
            try await HistoryExport(withEvidence: withEvidence).write(transaction, to: sink)
        }
    }

    /// The history as one transaction sees it.
    func write(_ transaction: PostgresTransaction, to sink: @Sendable ([UInt8]) async throws -> Void) async throws {
        _ = try await transaction.query(try QueryLibrary.text(.exportSettings))
        var lines = try await header(transaction, try QueryLibrary.text(.logHead), sink)
        lines += try await copy(
            transaction, "SELECT \(Self.texts("tile")) AS line FROM tidegate.log_tile AS tile ORDER BY level, index", sink
        ) { row in Array(#"{"tile":"#.utf8) + Array(try row["line"].string().utf8) + Array("}\n".utf8) }
        lines += try await copy(
            transaction,
            "SELECT \(Self.texts("present", without: "entry")) AS columns, entry FROM tidegate.history_entry AS present ORDER BY leaf_index NULLS LAST, id",
            sink
        ) { row in Self.entryLine(try row["entry"].bytes(), columns: try row["columns"].string()) }
        for table in try await transaction.query(try QueryLibrary.text(.recordedTables)) {
            lines += try await copy(transaction, table: try table["name"].string(), from: try table["source"].string(), sink)
        }
        try await sink(Array("{\"end\":{\"lines\":\(lines)}}\n".utf8))
    }

    private func header(
        _ transaction: PostgresTransaction, _ query: String, _ sink: @Sendable ([UInt8]) async throws -> Void
    ) async throws -> Int {
        let row = try await transaction.query(query).first
        var header: [String: JSONValue] = ["origin": "", "size": "0"]
        if let row {
            header["origin"] = .string(try row["origin"].string())
            header["size"] = .string(String(try row["size"].int64()))
            if let checkpoint = row["checkpoint"].text { header["checkpoint"] = .string(checkpoint) }
        }
        // The form comes first, so that a reader knows what it reads.
        try await sink(Array("{\"format\":\"\(Self.format)\",".utf8) + JSONValue.object(header).canonicalBytes.dropFirst() + [10])
        return 1
    }

    private func copy(
        _ transaction: PostgresTransaction, table: String, from source: String, _ sink: @Sendable ([UInt8]) async throws -> Void
    ) async throws -> Int {
        let isEvidence = table == "evidence"
        let name = "\"" + source.replacing("\"", with: "\"\"") + "\""
        let columns = Self.texts("present", without: isEvidence && !withEvidence ? "body" : nil)
        let end = Array(",\"table\":".utf8) + JSONValue.string(table).canonicalBytes + Array("}\n".utf8)
        return try await copy(
            transaction, "SELECT \(columns) AS line FROM tidegate.\(name) AS present", batch: isEvidence ? Self.evidenceBatch : Self.batch,
            sink
        ) { row in Array(#"{"row":"#.utf8) + Array(try row["line"].string().utf8) + end }
    }

    private func copy(
        _ transaction: PostgresTransaction, _ query: String, batch: Int = Self.batch, _ sink: @Sendable ([UInt8]) async throws -> Void,
        line: (PostgresRow) throws -> [UInt8]
    ) async throws -> Int {
        _ = try await transaction.query("DECLARE export NO SCROLL CURSOR FOR \(query)", [], timeout: Self.statementTimeout)
        var lines = 0
        while true {
            let rows = try await transaction.query("FETCH \(batch) FROM export", [], timeout: Self.statementTimeout)
            if rows.isEmpty { break }
            var chunk: [UInt8] = []
            for row in rows {
                chunk += try line(row)
                lines += 1
            }
            try await sink(chunk)
        }
        _ = try await transaction.query("CLOSE export")
        return lines
    }

    /// A row as an object of texts.
    private static func texts(_ row: String, without column: String? = nil) -> String {
        let content = "to_jsonb(\(row))" + (column.map { " - '\($0)'" } ?? "")
        return "(SELECT json_object_agg(key, value) FROM jsonb_each_text(\(content)))::text"
    }

    /// The entry as it is, where it is JSON on one line (which all of ours are); otherwise its bytes in hexadecimal.
    static func entryLine(_ entry: [UInt8], columns: String) -> [UInt8] {
        let isPlain = !entry.contains { $0 < 32 } && entry.first == UInt8(ascii: "{") && (try? JSONValue(parsing: entry)) != nil
        var line: [UInt8] = []
        line.reserveCapacity(entry.count + columns.utf8.count + 32)
        line += Array((isPlain ? #"{"entry":"# : #"{"entryBytes":""#).utf8)
        line += isPlain ? entry : Array(entry.hex.utf8)
        line += Array((isPlain ? #","columns":"# : #"","columns":"#).utf8)
        line += Array(columns.utf8)
        line += Array("}\n".utf8)
        return line
    }
}

extension ReleaseStore {
    /// Writes the whole history for `tidegate audit verify`.
    ///
    /// - Parameters:
    ///   - withEvidence: with the bytes of the evidence, so that its digests can be checked, too.
    ///   - sink: takes chunks of whole lines, in order.
    public func exportHistory(withEvidence: Bool = true, to sink: @Sendable ([UInt8]) async throws -> Void) async throws {
        try await Self.exportHistory(client, withEvidence: withEvidence, to: sink)
    }

    /// The same from a login that may read (`tidegate_auditor` is enough), whatever version the database has.
    public static func exportHistory(
        _ client: PostgresClient, withEvidence: Bool = true, to sink: @Sendable ([UInt8]) async throws -> Void
    ) async throws {
        try await translating(place: "history") { try await HistoryExport.write(client, withEvidence: withEvidence, to: sink) }
    }
}
