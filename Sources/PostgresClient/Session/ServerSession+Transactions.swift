import CLibPQ
import Logging

extension ServerSession {
    func begin(_ isolation: PostgresIsolation, readOnly: Bool, _ bounds: Bounds, token: UInt64?) throws {
        try check(token)
        let connection = try ready(bounds)
        guard connection.transactionStatus == PQTRANS_IDLE else {
            throw PostgresError(.misuse, "a transaction is open on this connection already")
        }
        let sql = "BEGIN ISOLATION LEVEL \(isolation.sql) \(readOnly ? "READ ONLY" : "READ WRITE")"
        _ = try collect(connection, sql, bounds.waiting(self), .none) { PQsendQuery($0, sql) }
    }

    /// Commits, or throws and leaves nothing behind. The answer is waited for even when the task is cancelled.
    func commit(_ timeout: Duration) throws {
        guard let connection, !connection.hasHungUp() else {
            disconnect()
            throw PostgresError(.connectionLost, "the connection broke before COMMIT; the transaction is rolled back")
        }
        switch connection.transactionStatus {
        case PQTRANS_INTRANS: break
        case PQTRANS_INERROR:
            throw PostgresError(
                .transactionAborted, "a statement of the transaction failed and its error was not passed on; the transaction is rolled back"
            )
        default:
            throw PostgresError(.misuse, "the transaction was ended by a statement within its body")
        }
        let bounds = Bounds(timeout: timeout, connectDeadline: .now, cancelled: nil)
        let results = try collect(connection, "COMMIT", bounds.waiting(self), .commit) { PQsendQuery($0, "COMMIT") }
        guard results.last?.commandTag == "COMMIT" else {
            throw PostgresError(.transactionAborted, "the server rolled the transaction back instead of committing it")
        }
    }

    /// Rolls back what is open, or closes the connection where that does not work. Does nothing when nothing is open.
    func rollback() {
        guard let connection else { return }
        if connection.isBroken { return disconnect() }
        guard connection.transactionStatus != PQTRANS_IDLE else { return }
        let bounds = Bounds(timeout: Self.rollbackTimeout, connectDeadline: .now, cancelled: nil)
        do {
            _ = try collect(connection, "ROLLBACK", bounds.waiting(self), .none) { PQsendQuery($0, "ROLLBACK") }
        } catch {
            logger.warning("ROLLBACK failed; the connection is closed: \(error)")
            disconnect()
        }
    }

    /// The life of one transaction on a leased session: BEGIN, the body, and COMMIT or ROLLBACK whatever happens.
    nonisolated func transaction<Value: Sendable>(
        _ isolation: PostgresIsolation, readOnly: Bool, connectDeadline: ContinuousClock.Instant, token: UInt64?,
        _ body: @Sendable (PostgresTransaction) async throws -> Value
    ) async throws -> Value {
        let timeout = configuration.statementTimeout
        try await interruptible { session, interrupt in
            try session.begin(
                isolation, readOnly: readOnly, Bounds(timeout: timeout, connectDeadline: connectDeadline, cancelled: interrupt),
                token: token)
        }
        let transactionToken = await openToken()
        do {
            let value = try await body(PostgresTransaction(session: self, token: transactionToken))
            try Task.checkCancellation()
            await closeToken(transactionToken)
            try await commit(timeout)
            return value
        } catch {
            await closeToken(transactionToken)
            await rollback()
            throw error
        }
    }

    /// Runs blocking work on the session's thread so that cancelling the task ends its waits.
    nonisolated func interruptible<Value: Sendable>(
        _ work: @Sendable (isolated ServerSession, Interrupt) throws -> Value
    ) async throws -> Value {
        let interrupt = Interrupt(wakeup)
        return try await withTaskCancellationHandler {
            try await perform(interrupt, work)
        } onCancel: {
            interrupt.raise()
        }
    }

    private func perform<Value: Sendable>(
        _ interrupt: Interrupt, _ work: @Sendable (isolated ServerSession, Interrupt) throws -> Value
    ) throws -> Value {
        try work(self, interrupt)
    }
}
