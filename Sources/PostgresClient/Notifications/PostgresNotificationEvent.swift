/// What a listener hears.
public enum PostgresNotificationEvent: Sendable, Hashable {
    /// Somebody ran NOTIFY or pg_notify on a channel listened to.
    case notification(channel: String, payload: String)
    /// Notifications may have been missed, because the connection had to be made anew or this listener fell behind:
    /// what they would have told must be looked up in the tables.
    case reconnected
}
