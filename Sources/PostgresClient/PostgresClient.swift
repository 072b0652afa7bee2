public import Logging

/// A PostgreSQL database: a bounded pool of connections, each on a thread of its own, and one more for LISTEN.
///
/// Connections are made when first needed and made anew after the server was restarted or killed. A statement that did not reach
/// the server is sent on the new connection; one whose answer got lost fails with `.connectionLost` and is never repeated.
///
/// ```swift
/// let client = PostgresClient(try PostgresConfiguration("postgresql://tidegate@db/tidegate"), logger: logger)
/// let rows = try await client.query("select id, weight from target where name = $1", ["demo"])
/// for row in rows { let (id, weight) = try row.decode((String, Int).self) }
/// try await client.transaction { tx in
///     try await tx.execute("update target set weight = $2 where id = $1", [.text(id), 500])
/// }
/// await client.close()
/// ```
///
/// A body that runs statements on the client while it holds a transaction takes a second connection; so many such bodies at once
/// as there are connections wait for one another until `.poolExhausted`. A client ends with `close()`.
public final class PostgresClient: PostgresQuerying {
    private let pool: ConnectionPool
    private let listener: NotificationListener

    /// Opens no connection yet.
    public init(_ configuration: PostgresConfiguration, logger: Logger) {
        pool = ConnectionPool(configuration, logger: logger)
        listener = NotificationListener(configuration, logger: logger)
    }

    /// The configuration given at the start.
    public var configuration: PostgresConfiguration { pool.configuration }

    /// Runs one statement on any free connection; it commits by itself.
    @discardableResult
    public func query(_ sql: String, _ parameters: [PostgresValue], timeout: Duration?) async throws -> PostgresRows {
        let timeout = timeout ?? configuration.statementTimeout
        return try await withSession { session, deadline in
            try await session.interruptible { session, interrupt in
                defer { session.endLease(closing: false) }
                let bounds = ServerSession.Bounds(timeout: timeout, connectDeadline: deadline, cancelled: interrupt)
                let rows = try session.run(sql, parameters, bounds, token: nil)
                try session.refuseOpenTransaction()
                return rows
            }
        }
    }

    /// Runs statements separated by `;`, without parameters, as one implicit transaction: for migration files.
    public func executeScript(_ sql: String, timeout: Duration? = nil) async throws {
        let timeout = timeout ?? configuration.statementTimeout
        try await withSession { session, deadline in
            try await session.interruptible { session, interrupt in
                defer { session.endLease(closing: false) }
                let bounds = ServerSession.Bounds(timeout: timeout, connectDeadline: deadline, cancelled: interrupt)
                try session.runScript(sql, bounds, token: nil)
                try session.refuseOpenTransaction()
            }
        }
    }

    /// Runs the body in one transaction: committed when it returns, rolled back when it throws or its task is cancelled.
    ///
    /// A body that kept the error of a failed statement to itself is not committed: `.transactionAborted`. When the answer to
    /// COMMIT is lost, the error is `.connectionLost` with `mayHaveHappened`.
    @discardableResult
    public func transaction<Value: Sendable>(
        isolation: PostgresIsolation = .readCommitted, readOnly: Bool = false,
        _ body: @Sendable (PostgresTransaction) async throws -> Value
    ) async throws -> Value {
        try await withSession { session, deadline in
            // On the connection's own thread a statement needs no change of thread.
            try await withTaskExecutorPreference(session.thread) {
                do {
                    let value = try await session.transaction(
                        isolation, readOnly: readOnly, connectDeadline: deadline, token: nil, body)
                    await session.endLease(closing: false)
                    return value
                } catch {
                    await session.endLease(closing: false)
                    throw error
                }
            }
        }
    }

    /// Gives the body one connection for several statements. When the body throws, the connection is closed, so that its locks
    /// and settings end with it.
    @discardableResult
    public func withConnection<Value: Sendable>(_ body: @Sendable (PostgresConnection) async throws -> Value) async throws -> Value {
        let timeout = configuration.statementTimeout
        return try await withSession { session, deadline in
            try await withTaskExecutorPreference(session.thread) {
                do {
                    let connection = try await session.interruptible { session, interrupt in
                        try session.openConnection(.init(timeout: timeout, connectDeadline: deadline, cancelled: interrupt))
                    }
                    let value = try await body(connection)
                    await session.endLease(closing: false)
                    return value
                } catch {
                    await session.endLease(closing: true)
                    throw error
                }
            }
        }
    }

    /// Listens to channels; returns once the server listens, so that nothing notified from then on is missed without a
    /// ``PostgresNotificationEvent/reconnected``. Ends when the client is closed or the sequence is let go.
    ///
    /// - Throws: `.connectionFailed`, `.closed`, `.invalidParameter` for a channel that is no identifier, CancellationError.
    public func notifications(on channels: [String]) async throws -> PostgresNotifications {
        try await listener.subscribe(channels)
    }

    /// Refuses new work, lets running work end until the deadline, then ends it and closes every connection.
    public func close(deadline: Duration = .seconds(10)) async {
        await listener.close()
        await pool.close(deadline: deadline)
    }

    private func withSession<Value: Sendable>(
        _ body: (ServerSession, ContinuousClock.Instant) async throws -> Value
    ) async throws -> Value {
        let deadline = ContinuousClock.now + configuration.acquireTimeout
        let session = try await pool.acquire(before: deadline)
        defer { pool.release(session) }
        return try await body(session, deadline)
    }
}
