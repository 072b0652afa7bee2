/// One connection for several statements: session-level locks, temporary tables, settings. Valid within the closure it was given to.
public struct PostgresConnection: PostgresQuerying {
    let session: ServerSession
    let token: UInt64

    /// The process id of the server's backend, as in pg_stat_activity.
    public let backendProcess: Int32

    @discardableResult
    public func query(_ sql: String, _ parameters: [PostgresValue], timeout: Duration?) async throws -> PostgresRows {
        try await session.query(sql, parameters, timeout: timeout, token: token)
    }

    /// Runs statements separated by `;`, without parameters, as one implicit transaction: for migration files.
    public func executeScript(_ sql: String, timeout: Duration? = nil) async throws {
        try await session.executeScript(sql, timeout: timeout, token: token)
    }

    /// Like ``PostgresClient/transaction(isolation:readOnly:_:)``, on this connection.
    @discardableResult
    public func transaction<Value: Sendable>(
        isolation: PostgresIsolation = .readCommitted, readOnly: Bool = false,
        _ body: @Sendable (PostgresTransaction) async throws -> Value
    ) async throws -> Value {
        try await session.transaction(isolation, readOnly: readOnly, connectDeadline: .now, token: token, body)
    }
}

extension ServerSession {
    nonisolated func query(_ sql: String, _ parameters: [PostgresValue], timeout: Duration?, token: UInt64) async throws -> PostgresRows {
        let timeout = timeout ?? configuration.statementTimeout
        return try await interruptible { session, interrupt in
            try session.run(sql, parameters, Bounds(timeout: timeout, connectDeadline: .now, cancelled: interrupt), token: token)
        }
    }

    nonisolated func executeScript(_ sql: String, timeout: Duration?, token: UInt64) async throws {
        let timeout = timeout ?? configuration.statementTimeout
        try await interruptible { session, interrupt in
            try session.runScript(sql, Bounds(timeout: timeout, connectDeadline: .now, cancelled: interrupt), token: token)
        }
    }

    /// Makes sure of a connection and opens a lease on it.
    func openConnection(_ bounds: Bounds) throws -> PostgresConnection {
        let backend = try ready(bounds).backendProcess
        isUsed = true
        return PostgresConnection(session: self, token: openToken(), backendProcess: backend)
    }
}
