internal import ReleaseModel
internal import Statistics

/// What a service did at the same time of day on a previous day, all revisions and instances together, as PrometheusMetrics brings it once a
/// release has all users.
struct SeasonDay: Codable {
    private static let requestsMetric = "requests.season"
    private static let errorsMetric = "errors.season"
    private static let latencyMetric = "latency.season"
    static let metrics = [requestsMetric, errorsMetric, latencyMetric]
    static let maximumDays = 14

    var errors = 0.0
    var requests = 0.0
    var latency: Histogram?

    /// One for each day on which there were requests, in the order of their names.
    static func read(_ samples: [Sample], _ broken: inout Int) -> [SeasonDay] {
        var days: [String: SeasonDay] = [:]
        for sample in samples where sample.arm == Arm.stable && metrics.contains(sample.metric) {
            var day = days[sample.instance] ?? SeasonDay()
            switch (sample.metric, sample.value) {
            case (requestsMetric, .delta(let value)) where PollWindow.isCount(value): day.requests = value
            case (errorsMetric, .delta(let value)) where PollWindow.isCount(value): day.errors = value
            case (latencyMetric, .histogram(let edges, let cumulative, let count, _)):
                day.latency = Histogram(edges: edges, cumulative: cumulative, count: count)
                if day.latency == nil { broken += 1 }
            default: broken += 1
            }
            days[sample.instance] = day
        }
        return Array(days.keys.sorted().compactMap { days[$0] }.filter { $0.requests > 0 }.prefix(maximumDays))
    }
}

extension [SeasonDay] {
    /// An upper bound of the rate on the middle one of the days, each bound with chance 1 - alpha; nil where no day tells. One bad day among several
    /// excuses nothing, and one good day accuses nobody.
    func middleBound(alpha: Double, _ counts: (SeasonDay) -> (events: Double, exposure: Double)?) -> (
        rate: Double, high: Double, days: Int
    )? {
        let days = compactMap(counts).filter { $0.exposure > 0 }
        guard !days.isEmpty else { return nil }
        let rates = days.map { (rate: $0.events / $0.exposure, high: RateBounds.upper(events: $0.events, alpha: alpha) / $0.exposure) }
        let middle = rates.sorted { ($0.high, $0.rate) < ($1.high, $1.rate) }[days.count / 2]
        return (middle.rate, middle.high, days.count)
    }
}
