/// Where the host reads the time for deadlines and back-off.
public struct HostClock: Sendable {
    public let now: @Sendable () -> ContinuousClock.Instant

    public init(now: @escaping @Sendable () -> ContinuousClock.Instant) { self.now = now }

    public static let continuous = HostClock { ContinuousClock.now }
}
