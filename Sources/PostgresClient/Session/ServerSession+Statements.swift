import CLibPQ

extension ServerSession {
    /// What bounds one statement in time.
    struct Bounds: Sendable {
        let timeout: Duration
        /// For connecting, where the session has no live connection.
        let connectDeadline: ContinuousClock.Instant
        /// nil for what a cancelled task must still do.
        let cancelled: Interrupt?

        func waiting(_ session: isolated ServerSession) -> Waiting {
            Waiting(wakeup: session.wakeup, cancelled: cancelled, abandoned: session.abandoned, deadline: .now + timeout)
        }
    }

    /// What it means that no answer comes to something that was sent.
    enum Effect {
        /// It changes nothing by itself.
        case none
        /// It commits when no transaction is open.
        case statement
        case commit
    }

    /// Runs one statement with parameters.
    func run(_ sql: String, _ parameters: [PostgresValue], _ bounds: Bounds, token: UInt64?) throws -> PostgresRows {
        try check(token)
        try refuseNullCharacter(sql)
        let block = try ParameterBlock(parameters)
        let connection = try ready(bounds)
        let waiting = bounds.waiting(self)
        let withinTransaction = connection.transactionStatus != PQTRANS_IDLE
        let key = StatementCache.Key(sql: sql, types: block.types)
        do {
            return try runOnce(connection, key, block, waiting)
        } catch let error as PostgresError where statements.isPrepared(key) && Self.isStalePlan(error) {
            // The plan went stale by a change of the schema, or was dropped by DISCARD: the server refused before running anything.
            statements.forget(key, isKnownToServer: error.code != Self.unknownStatement)
            if withinTransaction { throw error }
            return try runOnce(connection, key, block, waiting)
        }
    }

    /// Runs statements separated by semicolons, without parameters.
    func runScript(_ sql: String, _ bounds: Bounds, token: UInt64?) throws {
        try check(token)
        try refuseNullCharacter(sql)
        let connection = try ready(bounds)
        _ = try collect(connection, sql, bounds.waiting(self), .statement) { PQsendQuery($0, sql) }
    }

    /// A statement on its own must not leave a transaction open on a connection that others get next.
    func refuseOpenTransaction() throws(PostgresError) {
        guard let connection, !connection.isBroken, connection.transactionStatus != PQTRANS_IDLE else { return }
        rollback()
        throw PostgresError(.misuse, "BEGIN was run as a statement on its own; it was rolled back", hint: "use transaction { } instead")
    }

    private func runOnce(
        _ connection: LibPQConnection, _ key: StatementCache.Key, _ block: ParameterBlock, _ waiting: Waiting
    ) throws -> PostgresRows {
        func execute(_ send: (OpaquePointer) -> Int32) throws -> PostgresRows {
            let results = try collect(connection, key.sql, waiting, .statement, send)
            return PostgresRows(result: results[results.count - 1])
        }
        func executePrepared(_ name: String) throws -> PostgresRows {
            try execute { pointer in
                block.withPointers { PQsendQueryPrepared(pointer, name, block.count, $0, $1, $2, 0) }
            }
        }
        switch statements.plan(key) {
        case .unprepared:
            return try execute { pointer in
                block.withPointers { PQsendQueryParams(pointer, key.sql, block.count, block.types, $0, $1, $2, 0) }
            }
        case .prepare(let name):
            _ = try collect(connection, key.sql, waiting, .none) { PQsendPrepare($0, name, key.sql, block.count, block.types) }
            statements.didPrepare(key, as: name)
            return try executePrepared(name)
        case .prepared(let name):
            return try executePrepared(name)
        }
    }

    /// Frees what the cache let go of, between two leases: within a transaction a failure would abort it.
    /// A failure here is of no consequence: the server frees all with the connection.
    func deallocateDiscarded() {
        for name in statements.takeDiscarded() {
            guard let connection, connection.transactionStatus == PQTRANS_IDLE else { return }
            let bounds = Bounds(timeout: Self.rollbackTimeout, connectDeadline: .now, cancelled: nil)
            let sql = "DEALLOCATE \(name)"
            _ = try? collect(connection, sql, bounds.waiting(self), .none) { PQsendQuery($0, sql) }
        }
    }

    /// Sends and collects at least one result. A result that is an error is thrown; a connection that broke is dropped.
    func collect(
        _ connection: LibPQConnection, _ sql: String, _ waiting: Waiting, _ effect: Effect, _ send: (OpaquePointer) -> Int32
    ) throws -> [ResultHandle] {
        isUsed = true
        let withinTransaction = connection.transactionStatus != PQTRANS_IDLE
        let mayHaveHappened = effect == .commit || effect == .statement && !withinTransaction
        let results: [ResultHandle]
        do throws(LibPQConnection.ExchangeFailure) {
            results = try connection.exchange(waiting, send)
        } catch {
            let isLost = connection.isBroken
            if isLost { disconnect() }
            throw self.error(error, isLost: isLost, mayHaveHappened: isLost && mayHaveHappened)
        }
        if let failure = results.first(where: \.isFailure) { throw PostgresError(failure, sql: sql, redact: redact) }
        return results
    }

    private func error(_ failure: LibPQConnection.ExchangeFailure, isLost: Bool, mayHaveHappened: Bool) -> any Error {
        let outcome = mayHaveHappened ? "; it may have taken effect" : "; it has had no effect"
        return switch failure {
        case .broken(let reason):
            PostgresError(
                .connectionLost, "the connection broke while a statement was under way" + outcome, detail: redact(reason),
                mayHaveHappened: mayHaveHappened)
        case .timedOut:
            PostgresError(
                .timedOut,
                isLost ? "no answer in time, nor to the request to cancel" + outcome : "the statement took too long and was cancelled",
                mayHaveHappened: mayHaveHappened)
        case .cancelled: CancellationError()
        case .abandoned:
            PostgresError(.closed, "the client was closed while a statement was under way" + outcome, mayHaveHappened: mayHaveHappened)
        case .copy: PostgresError(.misuse, "COPY to or from the client is not supported")
        }
    }

    private func refuseNullCharacter(_ sql: String) throws(PostgresError) {
        guard !sql.utf8.contains(0) else { throw PostgresError(.invalidParameter, "a statement cannot hold the character U+0000") }
    }

    private static let unknownStatement = PostgresError.Code.sqlState("26000")

    /// 0A000 is "cached plan must not change result type" among others.
    private static func isStalePlan(_ error: PostgresError) -> Bool {
        error.code == unknownStatement || error.code == .sqlState("0A000")
    }
}
