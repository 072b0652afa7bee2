import Dispatch
import Synchronization

/// How often the anomaly reaches its alarm among healthy releases, and how soon after a real exception has begun.
public struct AnomalyReport: Sendable, Codable {
    /// Releases in which nothing is wrong, an hour each, looked at every ten seconds.
    public struct Healthy: Sendable, Codable {
        public var name: String
        public var releases: Int
        public var alarms: Int
        public var share: Double { Double(alarms) / Double(releases) }
    }

    /// Exceptions of the canary that begin at any time within a window.
    public struct Burst: Sendable, Codable {
        public var exceptionsPerSecond: Double
        public var canaryShare: Double
        public var runs: Int
        /// Runs whose alarm came within 30 seconds of the first exception's begin, by the end of the window that showed it ...
        public var byWindow: Int
        /// ... and by when the window is judged, which is the metrics' lag later.
        public var byJudgement: Int
    }

    /// By when a burst must have been noticed, in seconds.
    public static let limit = 30.0
    /// The default `metrics.lag` of a policy, in seconds.
    public static let lag = 15.0
    /// Below this many exceptions a second 30 seconds are not promised: a burst begins with five within ten seconds.
    public static let promisedFrom = 2.0

    public var healthy: [Healthy] = []
    public var bursts: [Burst] = []

    /// - Parameter releases: of each kind of healthy one; of bursts there are half as many runs.
    public init(releases: Int) {
        for (name, rate, share, drift) in [
            ("100 requests/s, canary 1%", 100.0, 0.01, 1.0), ("100 requests/s, canary 10%", 100, 0.1, 1),
            ("100 requests/s, canary 50%, rates drift by 3", 100, 0.5, 3), ("5 requests/s, canary 10%", 5, 0.1, 1),
        ] {
            let service = SimulatedService(requestsPerSecond: rate, canaryShare: share, drift: drift)
            let alarms = Self.runs(releases) { AnomalyRun(service, seconds: 3600, seed: $0).alarmAt != nil ? 1 : 0 }.reduce(0, +)
            healthy.append(Healthy(name: name, releases: releases, alarms: alarms))
        }
        for share in [0.01, 0.1, 0.5] {
            for rate in [0.5, 1, 2, 3, 5] {
                let delays = Self.runs(max(1, releases / 2)) { seed in
                    let faultAt = 300 + RandomNumbers.unit(seed: seed &+ 77) * 10
                    let service = SimulatedService(
                        requestsPerSecond: 100, canaryShare: share, exceptionsPerSecond: rate, faultAt: faultAt)
                    return AnomalyRun(service, seconds: 400, seed: seed).alarmAt.map { Double($0) - faultAt } ?? .infinity
                }
                bursts.append(
                    Burst(
                        exceptionsPerSecond: rate, canaryShare: share, runs: delays.count,
                        byWindow: delays.count { $0 <= Self.limit }, byJudgement: delays.count { $0 + Self.lag <= Self.limit }))
            }
        }
    }

    /// The result of every seed, in the order of the seeds.
    private static func runs<Result: Sendable>(_ count: Int, _ run: @Sendable (UInt64) -> Result) -> [Result] {
        let results = Mutex([Int: Result]())
        DispatchQueue.concurrentPerform(iterations: count) { index in
            let result = run(UInt64(index + 1))
            results.withLock { $0[index] = result }
        }
        return results.withLock { results in (0..<count).compactMap { results[$0] } }
    }
}

extension RandomNumbers {
    /// One number of a seed, uniform in [0, 1).
    fileprivate static func unit(seed: UInt64) -> Double {
        var random = RandomNumbers(seed: seed)
        return random.unit()
    }
}
