/// The rows a statement returned, and how many rows it touched.
public struct PostgresRows: RandomAccessCollection, Sendable {
    let result: ResultHandle

    public var startIndex: Int { 0 }
    public var endIndex: Int { result.rowCount }
    public subscript(position: Int) -> PostgresRow {
        precondition(position >= 0 && position < result.rowCount, "row \(position) of \(result.rowCount)")
        return PostgresRow(result: result, row: position)
    }

    /// Rows inserted, updated, deleted or selected.
    public var affectedRows: Int { result.affectedRows }

    /// The column names, in order.
    public var columns: [String] { result.columns.map(\.name) }

    /// The one row; `.unexpectedRows` when there is none or more than one.
    public func only() throws(PostgresError) -> PostgresRow {
        guard count == 1 else { throw PostgresError(.unexpectedRows, "one row was expected, \(count) came") }
        return self[0]
    }

    /// The one row, or nil when there is none; `.unexpectedRows` when there are more.
    public func onlyIfAny() throws(PostgresError) -> PostgresRow? {
        guard count <= 1 else { throw PostgresError(.unexpectedRows, "at most one row was expected, \(count) came") }
        return first
    }
}
