/// The textbook comparison of two proportions over all requests so far, looked at after every poll as if each look were the only one.
public struct PolledZTest: Judge {
    /// The one-sided 1% point of the normal distribution.
    public let threshold = 2.3263478740408408
    private var canary = (events: 0.0, requests: 0.0)
    private var baseline = (events: 0.0, requests: 0.0)

    public init() {}

    public mutating func suspicion(_ counts: PollCounts) -> Double {
        canary = (canary.events + counts.poll.canaryEvents, canary.requests + counts.poll.canaryExposure)
        baseline = (baseline.events + counts.poll.baselineEvents, baseline.requests + counts.poll.baselineExposure)
        let pooled = (canary.events + baseline.events) / (canary.requests + baseline.requests)
        guard pooled > 0, pooled < 1 else { return 0 }
        let deviation = (pooled * (1 - pooled) * (1 / canary.requests + 1 / baseline.requests)).squareRoot()
        return (canary.events / canary.requests - baseline.events / baseline.requests) / deviation
    }
}
