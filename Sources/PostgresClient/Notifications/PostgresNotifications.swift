/// The notifications of some channels, in the order the server sent them. For one reader; ends with the client.
public struct PostgresNotifications: AsyncSequence, Sendable {
    /// A listener that falls behind by more than this loses the oldest events and is told so by `.reconnected`.
    public static let bufferLimit = 1024

    let stream: AsyncStream<PostgresNotificationEvent>

    public func makeAsyncIterator() -> AsyncStream<PostgresNotificationEvent>.Iterator { stream.makeAsyncIterator() }
}
