internal import ReleaseModel

/// What the services did at one time of day on previous days.
struct SeasonAnswer {
    /// Sums over all instances and revisions (delta, histogram), one for each day; the instance is how many days ago.
    static let requests = "requests.season"
    static let errors = "errors.season"
    static let latency = "latency.season"

    let end: Timestamp
    let asked: ContinuousClock.Instant
    /// Those that were asked for.
    let services: Set<String>
    private(set) var samples: [String: [Sample]] = [:]

    init(end: Timestamp, asked: ContinuousClock.Instant, services: [String]) {
        self.end = end
        self.asked = asked
        self.services = Set(services)
    }

    mutating func add(_ answer: [Series], of source: MetricSource, _ settings: Settings) {
        let groups = Dictionary(grouping: answer) { series in
            [series.labels[settings.serviceLabel] ?? "", series.labels[SeasonQuery.dayLabel] ?? ""]
        }
        for key in groups.keys.sorted(by: { $0.lexicographicallyPrecedes($1) }) {
            guard let value = Self.value(groups[key] ?? [], source) else { continue }
            samples[key[0], default: []].append(
                Sample(metric: source.metric + ".season", arm: Arm.stable, instance: "\(key[1])d", time: end, value: value))
        }
    }

    /// Prometheus extrapolates to the ends of the window: counts come out broken, and are rounded.
    private static func value(_ series: [Series], _ source: MetricSource) -> SampleValue? {
        func count(_ one: Series) -> Double? {
            one.points.last.flatMap { $0.value.isFinite && $0.value >= 0 ? $0.value.rounded() : nil }
        }
        guard case .histogram = source.shape else { return series.first.flatMap(count).map { .delta($0) } }
        let buckets = series.compactMap { one -> (edge: Double, count: Double)? in
            guard let edge = one.labels[SeasonQuery.edgeLabel].map(QueryAnswer.Pair.number), !edge.isNaN, let count = count(one) else {
                return nil
            }
            return (edge, count)
        }.sorted { $0.edge < $1.edge }
        guard let all = buckets.last, all.edge == .infinity else { return nil }
        let finite = buckets.dropLast()
        // Extrapolated bucket by bucket, one may come out above the next.
        var (highest, cumulative) = (0.0, [Double]())
        for bucket in finite {
            highest = max(highest, bucket.count)
            cumulative.append(highest)
        }
        return .histogram(edges: finite.map(\.edge), cumulative: cumulative, count: max(highest, all.count), sum: 0)
    }
}
