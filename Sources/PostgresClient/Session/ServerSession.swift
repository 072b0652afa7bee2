import CLibPQ
import Logging

/// One place in the pool: a thread, and on it a libpq connection that is made when needed and made anew when it broke.
///
/// An actor on its own thread: its methods block that thread and never suspend, so one statement runs at a time.
/// States of a lease, the time for which one caller has the session:
/// - **fresh**: nothing has run; a connection found dead is replaced, which nobody can notice. To *used* by the first statement.
/// - **used**: session state (locks, settings, a transaction) may exist. A broken connection fails every further statement
///   of the lease with `.connectionLost`. To *fresh* when the lease ends.
actor ServerSession {
    /// Between two attempts to connect: doubled each time, from the first to the last.
    static let firstBackoff: Duration = .milliseconds(20)
    static let lastBackoff: Duration = .milliseconds(500)
    /// Ending a transaction that has failed, and freeing statements, may take so long; then the connection is closed instead.
    static let rollbackTimeout: Duration = .seconds(5)

    nonisolated let thread: ConnectionThread
    nonisolated let wakeup: Wakeup
    /// Raised when the client closes and does not want to wait any longer.
    nonisolated let abandoned: Interrupt
    let configuration: PostgresConfiguration
    let redact: Redaction
    let logger: Logger
    var connection: LibPQConnection?
    var statements: StatementCache
    /// A statement has run in the present lease.
    var isUsed = false
    /// The handles that may use the session now: a connection's, and a transaction's within it.
    private var validTokens: [UInt64] = []
    private var lastToken: UInt64 = 0

    nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

    init(_ configuration: PostgresConfiguration, logger: Logger) throws(PostgresError) {
        thread = try ConnectionThread()
        wakeup = try Wakeup()
        abandoned = Interrupt(wakeup)
        self.configuration = configuration
        redact = configuration.options.redaction
        self.logger = logger
        statements = StatementCache(limit: configuration.preparedStatementLimit)
    }

    // MARK: - Leases

    /// Gives out the right to use the session; the token goes into the handle.
    func openToken() -> UInt64 {
        lastToken += 1
        validTokens.append(lastToken)
        return lastToken
    }

    func closeToken(_ token: UInt64) { validTokens.removeAll { $0 == token } }

    func check(_ token: UInt64?) throws(PostgresError) {
        guard let token, !validTokens.contains(token) else { return }
        throw PostgresError(.misuse, "a connection or transaction was used after its closure had returned")
    }

    /// Ends the lease: the session is ready for the next caller. With `closing` its connection, and so its locks and settings, end too.
    func endLease(closing: Bool) {
        validTokens = []
        if closing || connection?.isBroken == true { disconnect() }
        if let connection, connection.transactionStatus != PQTRANS_IDLE {
            logger.warning("a connection was given back within a transaction; it is rolled back")
            rollback()
        }
        deallocateDiscarded()
        isUsed = false
    }

    func disconnect() {
        connection = nil
        statements = StatementCache(limit: configuration.preparedStatementLimit)
    }
}
