import Foundation

/// The traffic that a simulated service has, and how both revisions answer it as long as nothing is wrong.
public struct TrafficModel: Sendable, Codable {
    public var requestsPerSecond: Double
    /// Share of requests that fail anyway.
    public var errorRate: Double
    /// Median of the latency, which is log-normal.
    public var latencySeconds: Double
    /// Standard deviation of its logarithm.
    public var latencySpread: Double
    /// Of each revision.
    public var instances: Int

    public init(
        requestsPerSecond: Double = 200, errorRate: Double = 0.001, latencySeconds: Double = 0.04, latencySpread: Double = 0.6,
        instances: Int = 2
    ) {
        self.requestsPerSecond = requestsPerSecond
        self.errorRate = errorRate
        self.latencySeconds = latencySeconds
        self.latencySpread = latencySpread
        self.instances = instances
    }

    /// Upper edges of the latency histogram in seconds: those of the Prometheus client libraries.
    static let latencyEdges = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]
    static let pauseEdges = [0.01, 0.05, 0.1, 0.2, 0.5, 1]
    /// Bytes that survive a collection.
    static let memoryFloor = 400e6
    static let shortPausesPerMinute = 12.0
    /// Warnings that every instance writes.
    static let warningsPerSecond = 0.2

    /// Share of requests that take at most `edge` seconds, where the latency is `factor` times as long as usual.
    func share(within edge: Double, factor: Double) -> Double {
        0.5 * erfc(-(log(edge) - log(latencySeconds * factor)) / (latencySpread * 2.0.squareRoot()))
    }
}
