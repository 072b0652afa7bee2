import CLibPQ
import Logging

extension ServerSession {
    /// A live connection. One that broke while nothing depended on it is replaced: nothing has been sent on it in this lease.
    func ready(_ bounds: Bounds) throws -> LibPQConnection {
        if let cancelled = bounds.cancelled, cancelled.isRaised { throw CancellationError() }
        if abandoned.isRaised { throw PostgresError(.closed, "the client is closed") }
        if let connection {
            if !connection.hasHungUp() { return connection }
            disconnect()
        }
        guard !isUsed else {
            throw PostgresError(
                .connectionLost,
                "the connection broke between two statements; an open transaction is rolled back and session locks are gone")
        }
        return try connect(bounds)
    }

    /// Connects, again and again with growing pauses while the failure may pass, until the deadline.
    private func connect(_ bounds: Bounds) throws -> LibPQConnection {
        var pause = Self.firstBackoff
        while true {
            let deadline = min(bounds.connectDeadline, .now + configuration.connectTimeout)
            var waiting = Waiting(wakeup: wakeup, cancelled: bounds.cancelled, abandoned: abandoned, deadline: deadline)
            let failure: LibPQConnection.ConnectFailure
            do throws(LibPQConnection.ConnectFailure) {
                let made = try LibPQConnection.open(
                    configuration.connectionOptions, waiting: waiting, notices: NoticeSink(logger: logger, redact: redact))
                try setUp(made, waiting)
                connection = made
                logger.debug("connected to PostgreSQL (\(configuration), backend \(made.backendProcess))")
                return made
            } catch { failure = error }
            if abandoned.isRaised { throw PostgresError(.closed, "the client was closed while connecting") }
            if let cancelled = bounds.cancelled, cancelled.isRaised { throw CancellationError() }
            guard failure.isTransient, .now + pause < bounds.connectDeadline else {
                throw PostgresError(
                    .connectionFailed, "no connection to PostgreSQL (\(configuration)): \(redact(failure.message))",
                    hint: failure.isTransient ? "check that the server runs and can be reached under this address" : nil)
            }
            logger.debug("no connection to PostgreSQL yet: \(redact(failure.message))")
            waiting.deadline = .now + pause
            _ = waiting.wait(-1, 0)
            pause = min(pause * 2, Self.lastBackoff)
        }
    }

    /// Session settings that the decoding of values relies on, the safety limits, the caller's own settings, and the role.
    private func setUp(_ connection: LibPQConnection, _ waiting: Waiting) throws(LibPQConnection.ConnectFailure) {
        let sql: String
        do throws(PostgresError) { sql = try setUpScript(serverVersion: connection.serverVersion) } catch {
            throw .init(message: error.description, isTransient: false)
        }
        let results: [ResultHandle]
        do throws(LibPQConnection.ExchangeFailure) {
            results = try connection.exchange(waiting) { PQsendQuery($0, sql) }
        } catch { throw .init(message: "the connection broke while it was set up", isTransient: true) }
        if let failure = results.first(where: \.isFailure) {
            throw .init(message: PostgresError(failure, sql: sql, redact: redact).description, isTransient: false)
        }
    }

    private func setUpScript(serverVersion: Int32) throws(PostgresError) -> String {
        var lines = [
            "SET DateStyle = 'ISO'", "SET TimeZone = 'UTC'", "SET IntervalStyle = 'postgres'", "SET bytea_output = 'hex'",
            "SET idle_in_transaction_session_timeout = \(configuration.idleTransactionTimeout.milliseconds)",
        ]
        // A backend at work notices within this time that its client is gone (from version 14).
        if serverVersion >= 140_000 { lines.append("SET client_connection_check_interval = 5000") }
        for setting in configuration.sessionSettings {
            lines.append("SELECT set_config(\(try quotedLiteral(setting.name)), \(try quotedLiteral(setting.value)), false)")
        }
        if let roleName = configuration.roleName { lines.append("SET ROLE \(try quotedIdentifier(roleName))") }
        return lines.joined(separator: ";\n")
    }
}
