/// One row of a result.
///
/// ```swift
/// let name = try row["name"].string()
/// let expires = try row.decode(PostgresTimestamp?.self, "expires_at")
/// let (id, weight) = try row.decode((String, Int).self)
/// ```
public struct PostgresRow: Sendable {
    let result: ResultHandle
    let row: Int

    /// The value of the first column of that name. An unknown name is an error once the cell is read.
    public subscript(_ column: String) -> PostgresCell {
        PostgresCell(result: result, row: row, column: result.columns.firstIndex { $0.name == column }, asked: column)
    }

    /// The value of a column by its position, from 0. An unknown position is an error once the cell is read.
    public subscript(_ index: Int) -> PostgresCell {
        PostgresCell(result: result, row: row, column: result.columns.indices.contains(index) ? index : nil, asked: "\(index)")
    }

    /// The value of a column as a Swift type; an Optional where it may be NULL. Errors: `.decoding`.
    public func decode<Value: PostgresDecodable>(_ type: Value.Type, _ column: String) throws(PostgresError) -> Value {
        try self[column].decode(type)
    }

    /// The first columns of the row, by position, as a tuple. Errors: `.decoding`.
    public func decode<each Value: PostgresDecodable>(_ types: (repeat each Value).Type) throws(PostgresError) -> (repeat each Value) {
        var index = -1
        func next<Field: PostgresDecodable>(_ type: Field.Type) throws(PostgresError) -> Field {
            index += 1
            return try self[index].decode(type)
        }
        return (repeat try next((each Value).self))
    }
}
