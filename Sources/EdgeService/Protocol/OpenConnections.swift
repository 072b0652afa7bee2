internal import NIOCore
internal import Synchronization

/// The connections that are open: how many there may be, and how they end when the service stops.
final class OpenConnections: Sendable {
    private static let pause: Duration = .milliseconds(10)

    let counters: EdgeCounters
    private let limit: Int
    private let channels = Mutex<[ObjectIdentifier: any Channel]>([:])

    init(limits: EdgeLimits, counters: EdgeCounters) {
        limit = limits.maximumConnections
        self.counters = counters
    }

    /// Counts a connection in until it closes.
    ///
    /// - Returns: false when there are too many already.
    func admit(_ channel: any Channel) -> Bool {
        let isAdmitted = channels.withLock { channels in
            guard channels.count < limit else { return false }
            channels[ObjectIdentifier(channel)] = channel
            return true
        }
        guard isAdmitted else {
            counters.connectionsRefused.increment()
            return false
        }
        counters.connections.increment()
        channel.closeFuture.whenComplete { _ in
            self.channels.withLock { _ = $0.removeValue(forKey: ObjectIdentifier(channel)) }
            self.counters.connectionsClosed.increment()
        }
        return true
    }

    /// Ends idle connections at once, the others after their answer, and all when the time is over.
    func drain(within time: Duration) async {
        for channel in channels.withLock({ Array($0.values) }) {
            channel.eventLoop.execute {
                guard let context = try? channel.pipeline.syncOperations.context(handlerType: ConnectionHandler.self) else { return }
                (context.handler as? ConnectionHandler)?.stop(context: context)
            }
        }
        let end = ContinuousClock.now + time
        while ContinuousClock.now < end, channels.withLock({ !$0.isEmpty }) { try? await Task.sleep(for: Self.pause) }
        for channel in channels.withLock({ Array($0.values) }) { channel.close(promise: nil) }
    }
}
