/// One value of a result: a row and a column.
public struct PostgresCell: Sendable {
    let result: ResultHandle
    let row: Int
    /// nil when the result has no such column.
    let column: Int?
    /// The column as the caller named it.
    let asked: String

    /// True for NULL; false for a column that does not exist, which is an error when read.
    public var isNull: Bool { column.map { result.isNull(row: row, column: $0) } ?? false }

    /// The column's type; nil when there is no such column.
    public var type: ColumnType? { column.map { result.columns[$0].type } }

    /// The value in PostgreSQL's text form; nil for NULL.
    public var text: String? {
        guard let column, !isNull else { return nil }
        return result.text(row: row, column: column)
    }

    /// The value as a Swift type; an Optional where it may be NULL. Errors: `.decoding`, naming row, column and type.
    public func decode<Value: PostgresDecodable>(_ type: Value.Type) throws(PostgresError) -> Value {
        guard let column else {
            let names = result.columns.map { "\"\($0.name)\"" }.joined(separator: ", ")
            throw PostgresError(.decoding, "there is no column \"\(asked)\"; the result has \(names.isEmpty ? "no columns" : names)")
        }
        if let value = Value.decode(self) { return value }
        let found = result.columns[column]
        throw PostgresError(
            .decoding, isNull ? "NULL, where a value of type \(Value.self) is needed" : "not a value of type \(Value.self)",
            column: found.name, place: "row \(row + 1), column \"\(found.name)\" (\(found.type))")
    }

    public func string() throws(PostgresError) -> String { try decode(String.self) }
    public func int() throws(PostgresError) -> Int { try decode(Int.self) }
    public func int64() throws(PostgresError) -> Int64 { try decode(Int64.self) }
    public func double() throws(PostgresError) -> Double { try decode(Double.self) }
    public func bool() throws(PostgresError) -> Bool { try decode(Bool.self) }
    /// bytea.
    public func bytes() throws(PostgresError) -> [UInt8] { try decode([UInt8].self) }
    /// `text[]` or any other array, each element by its text; NULL elements are an error.
    public func strings() throws(PostgresError) -> [String] { try decode([String].self) }
    /// The text of a json or jsonb value.
    public func json() throws(PostgresError) -> String { try decode(PostgresJSON.self).text }
    /// timestamptz, in microseconds since 1970-01-01 UTC.
    public func microseconds() throws(PostgresError) -> Int64 { try decode(PostgresTimestamp.self).microseconds }
}
