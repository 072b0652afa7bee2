/// An open transaction, valid within the closure it was given to.
public struct PostgresTransaction: PostgresQuerying {
    let session: ServerSession
    let token: UInt64

    @discardableResult
    public func query(_ sql: String, _ parameters: [PostgresValue], timeout: Duration?) async throws -> PostgresRows {
        try await session.query(sql, parameters, timeout: timeout, token: token)
    }

    /// Runs statements separated by `;`, without parameters: for migration files.
    public func executeScript(_ sql: String, timeout: Duration? = nil) async throws {
        try await session.executeScript(sql, timeout: timeout, token: token)
    }
}
