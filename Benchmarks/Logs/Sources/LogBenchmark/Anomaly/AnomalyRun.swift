import LogMining
import ReleaseModel

/// One simulated release, its lines mined, counted and compared as a controller does it: a poll every ten seconds, at the end of a
/// ten-second window, with what the collector handed out every second.
struct AnomalyRun {
    private static let poll = 10

    /// Seconds from the start of the run to the end of the first window at which the anomaly reached the alarm; nil where it never did.
    private(set) var alarmAt: Int?

    /// - Parameter seconds: length of the run; it ends with the alarm.
    init(_ service: SimulatedService, seconds: Int, seed: UInt64) {
        var service = service
        var random = RandomNumbers(seed: seed)
        var collector = LogCollector()
        let settings = LogComparisonSettings()
        var comparison = LogComparison(settings: settings)
        var counts: [LogCount] = []
        var requests = (canary: 0.0, stable: 0.0)
        for second in 0..<seconds {
            let brought = service.second(second, &random)
            requests = (requests.canary + brought.canary, requests.stable + brought.stable)
            let now = SimulatedService.start + .seconds(Double(second + 1))
            collector.add(brought.records.sorted { $0.time < $1.time }, now: now)
            let isPoll = (second + 1) % Self.poll == 0
            // An event may go on for a second; a poll comes after that, by the lag of the metrics.
            for batch in isPoll ? collector.drainEverything(now: now) : collector.drain(now: now) {
                counts += batch.counts.map { count in
                    var count = count
                    count.arm = batch.source.revision
                    return count
                }
            }
            guard isPoll else { continue }
            comparison.observe(
                LogPoll(
                    counts: counts, canaryRequests: requests.canary, stableRequests: requests.stable,
                    windowStart: now + .seconds(Double(-Self.poll)), windowEnd: now, baking: false), settings: settings)
            counts = []
            requests = (0, 0)
            if comparison.verdict(at: now, settings: settings).anomaly ?? 0 >= LogVerdict.alarm {
                alarmAt = second + 1
                return
            }
        }
    }
}
