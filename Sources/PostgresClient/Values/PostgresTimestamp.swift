/// A timestamptz: microseconds since 1970-01-01T00:00:00Z, which is all the precision PostgreSQL has.
public struct PostgresTimestamp: Sendable, Hashable, Comparable {
    public let microseconds: Int64

    public init(microseconds: Int64) { self.microseconds = microseconds }

    public static func < (left: Self, right: Self) -> Bool { left.microseconds < right.microseconds }
}
