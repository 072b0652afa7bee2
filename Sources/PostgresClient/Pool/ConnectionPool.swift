import Logging
import Synchronization

/// At most so many sessions; each is leased to one caller at a time, callers wait in order of arrival.
final class ConnectionPool: Sendable {
    private struct State {
        /// Sessions nobody has, the one used last at the end: it goes out first, and the others' caches stay warm for bursts.
        var idle: [ServerSession] = []
        var all: [ServerSession] = []
        var leased = 0
        var waiting: [Answer<ServerSession>] = []
        var isClosed = false
        /// Waits for the last lease to end.
        var drained: Answer<Void>?
    }

    let configuration: PostgresConfiguration
    private let logger: Logger
    private let state = Mutex(State())

    init(_ configuration: PostgresConfiguration, logger: Logger) {
        precondition(configuration.maximumConnections > 0, "a pool has at least one connection")
        self.configuration = configuration
        self.logger = logger
    }

    /// A session for the caller alone. Errors: `.poolExhausted` at the deadline, `.closed`, CancellationError.
    func acquire(before deadline: ContinuousClock.Instant) async throws -> ServerSession {
        try Task.checkCancellation()
        let answer = Answer<ServerSession>()
        let immediate = try state.withLock { state throws(PostgresError) -> ServerSession? in
            if state.isClosed { throw PostgresError(.closed, "the database client is closed") }
            if let session = state.idle.popLast() {
                state.leased += 1
                return session
            }
            if state.all.count < configuration.maximumConnections {
                let session = try ServerSession(configuration, logger: logger)
                state.all.append(session)
                state.leased += 1
                return session
            }
            state.waiting.append(answer)
            return nil
        }
        if let immediate { return immediate }
        do {
            return try await answer.value(
                before: deadline,
                otherwise: PostgresError(
                    .poolExhausted, "all \(configuration.maximumConnections) connections were busy for \(configuration.acquireTimeout)"))
        } catch {
            state.withLock { state in state.waiting.removeAll { $0 === answer } }
            throw error
        }
    }

    /// Gives the session back, once per lease: to the one who has waited longest, or to the idle ones.
    func release(_ session: ServerSession) {
        let drained = state.withLock { state -> Answer<Void>? in
            while !state.waiting.isEmpty {
                if state.waiting.removeFirst().give(.success(session)) { return nil }
            }
            state.idle.append(session)
            state.leased -= 1
            return state.leased == 0 ? state.drained : nil
        }
        drained?.give(.success(()))
    }

    /// Refuses new work, lets running work end until the deadline, then ends it, and closes every connection. May be called again.
    func close(deadline: Duration) async {
        let drained = Answer<Void>()
        let (waiting, sessions, busy) = state.withLock { state in
            state.isClosed = true
            let waiting = state.waiting
            state.waiting = []
            if state.leased > 0 { state.drained = drained }
            return (waiting, state.all, state.leased > 0)
        }
        for answer in waiting { answer.give(.failure(PostgresError(.closed, "the database client was closed"))) }
        if busy {
            let late = PostgresError(.timedOut, "work was still under way")
            // A cancelled closer waits no longer; it still closes.
            do { try await drained.value(before: .now + deadline, otherwise: late) } catch {
                logger.warning("closing the database client ends statements that are still under way")
            }
        }
        for session in sessions { session.abandoned.raise() }
        for session in sessions { await session.disconnect() }
    }
}
