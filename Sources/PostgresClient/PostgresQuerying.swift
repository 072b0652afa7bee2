/// What statements can be run on: the client, one connection, or a transaction.
///
/// Parameters are `$1`, `$2`, ... and never become part of the statement's text. A statement run for the second time on a
/// connection is prepared there.
public protocol PostgresQuerying: Sendable {
    /// Runs one statement.
    ///
    /// - Parameter timeout: nil takes the configuration's; when it passes, the statement is cancelled and `.timedOut` thrown.
    /// - Throws: ``PostgresError``, or CancellationError when the task is cancelled (the statement then is, too).
    @discardableResult
    func query(_ sql: String, _ parameters: [PostgresValue], timeout: Duration?) async throws -> PostgresRows
}

extension PostgresQuerying {
    /// Runs one statement within the configuration's time-out.
    @discardableResult
    public func query(_ sql: String, _ parameters: [PostgresValue] = []) async throws -> PostgresRows {
        try await query(sql, parameters, timeout: nil)
    }

    /// Runs one statement and says how many rows it touched.
    @discardableResult
    public func execute(_ sql: String, _ parameters: [PostgresValue] = [], timeout: Duration? = nil) async throws -> Int {
        try await query(sql, parameters, timeout: timeout).affectedRows
    }
}
