import Logging
import Synchronization

/// The one connection for LISTEN and everybody who listens on it.
///
/// It is made with the first subscription. A task of its own keeps the connection, and after a break makes a new one, listens to
/// all channels again, and then tells every listener `.reconnected`: whatever was notified in between is not known.
final class NotificationListener: Sendable {
    private struct Subscription {
        let number: Int
        let channels: [String]
        let continuation: AsyncStream<PostgresNotificationEvent>.Continuation
        let inEffect: Answer<Void>
        var isInEffect = false
    }

    private struct State {
        /// In order of subscription.
        var subscriptions: [Subscription] = []
        var lastNumber = 0
        var isClosed = false
        var session: ServerSession?
        var runner: Task<Void, Never>?
        /// Ends the present wait for notifications.
        var interrupt: Interrupt?
    }

    private let configuration: PostgresConfiguration
    private let logger: Logger
    private let state = Mutex(State())

    init(_ configuration: PostgresConfiguration, logger: Logger) {
        self.configuration = configuration
        self.logger = logger
    }

    func subscribe(_ channels: [String]) async throws -> PostgresNotifications {
        for channel in channels { _ = try quotedIdentifier(channel) }
        let (stream, continuation) = AsyncStream.makeStream(
            of: PostgresNotificationEvent.self, bufferingPolicy: .bufferingNewest(PostgresNotifications.bufferLimit))
        let inEffect = Answer<Void>()
        let number = try state.withLock { state throws(PostgresError) -> Int in
            if state.isClosed { throw PostgresError(.closed, "the database client is closed") }
            state.lastNumber += 1
            state.subscriptions.append(
                Subscription(number: state.lastNumber, channels: channels, continuation: continuation, inEffect: inEffect))
            if state.runner == nil {
                let session = try ServerSession(configuration, logger: logger)
                state.session = session
                state.runner = Task { [self] in await run(session) }
            }
            state.interrupt?.raise()
            return state.lastNumber
        }
        continuation.onTermination = { [weak self] _ in self?.unsubscribe(number) }
        do {
            try await inEffect.value(
                before: .now + configuration.acquireTimeout,
                otherwise: PostgresError(.connectionFailed, "no connection to PostgreSQL (\(configuration)) to listen on"))
        } catch {
            continuation.finish()
            throw error
        }
        return PostgresNotifications(stream: stream)
    }

    func close() async {
        let (subscriptions, session, runner) = state.withLock { state in
            state.isClosed = true
            defer { state.subscriptions = [] }
            return (state.subscriptions, state.session, state.runner)
        }
        for subscription in subscriptions {
            subscription.inEffect.give(.failure(PostgresError(.closed, "the database client was closed")))
            subscription.continuation.finish()
        }
        session?.abandoned.raise()
        await runner?.value
        await session?.disconnect()
    }

    private func unsubscribe(_ number: Int) {
        state.withLock { state in
            state.subscriptions.removeAll { $0.number == number }
            state.interrupt?.raise()
        }
    }

    // MARK: - The task that keeps the connection

    private func run(_ session: ServerSession) async {
        var listened: [String] = []
        var hasBeenConnected = false
        while !session.abandoned.isRaised {
            let interrupt = Interrupt(session.wakeup)
            let wanted = state.withLock { state in
                state.interrupt = interrupt
                return (numbers: state.subscriptions.map(\.number), channels: Self.distinct(state.subscriptions.flatMap(\.channels)))
            }
            do {
                let isNew = try await session.connectForListening(until: .now + configuration.acquireTimeout, nil)
                if isNew { listened = [] }
                try await session.changeChannels(
                    listen: wanted.channels.filter { !listened.contains($0) }, unlisten: listened.filter { !wanted.channels.contains($0) })
                listened = wanted.channels
                if isNew && hasBeenConnected { deliver(.reconnected, to: nil) }
                hasBeenConnected = true
                putIntoEffect(wanted.numbers)
                for (channel, payload) in try await session.nextNotifications(interrupt) {
                    deliver(.notification(channel: channel, payload: payload), to: channel)
                }
            } catch let error as PostgresError where error.code == .connectionLost {
                logger.notice("the connection for notifications broke and is made anew: \(error)")
                try? await Task.sleep(for: ServerSession.firstBackoff)
            } catch {
                if session.abandoned.isRaised { return }
                logger.warning("notifications cannot be listened to: \(error)")
                failPending(error)
                await session.disconnect()
                try? await Task.sleep(for: ServerSession.lastBackoff)
            }
        }
    }

    private func putIntoEffect(_ numbers: [Int]) {
        let answers = state.withLock { state -> [Answer<Void>] in
            var answers: [Answer<Void>] = []
            for index in state.subscriptions.indices
            where !state.subscriptions[index].isInEffect && numbers.contains(state.subscriptions[index].number) {
                state.subscriptions[index].isInEffect = true
                answers.append(state.subscriptions[index].inEffect)
            }
            return answers
        }
        for answer in answers { answer.give(.success(())) }
    }

    private func failPending(_ error: any Error) {
        let answers = state.withLock { state in state.subscriptions.filter { !$0.isInEffect }.map(\.inEffect) }
        for answer in answers { answer.give(.failure(error)) }
    }

    /// To the listeners of the channel, or to all who listen already.
    private func deliver(_ event: PostgresNotificationEvent, to channel: String?) {
        let continuations = state.withLock { state in
            state.subscriptions.filter { subscription in
                channel.map { subscription.channels.contains($0) } ?? subscription.isInEffect
            }.map(\.continuation)
        }
        for continuation in continuations {
            if case .dropped = continuation.yield(event) { continuation.yield(.reconnected) }
        }
    }

    private static func distinct(_ channels: [String]) -> [String] {
        var seen: Set<String> = []
        return channels.filter { seen.insert($0).inserted }
    }
}
