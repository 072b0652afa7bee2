/// A json or jsonb value as its text; parsing it is the caller's business.
public struct PostgresJSON: Sendable, Hashable {
    public let text: String

    public init(text: String) { self.text = text }
}
