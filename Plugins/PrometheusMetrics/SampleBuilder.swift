internal import ReleaseModel

/// Turns the series of one release into samples, metric by metric, and gathers the cursors to come.
struct SampleBuilder {
    private(set) var samples: [Sample] = []
    private let previous: CursorState?
    private let instances: InstanceTable
    private let windowEnd: Timestamp
    private var counters: [String: [String: CursorState.Cursor]] = [:]
    /// Instances with a requests sample: no series of errors then means no errors.
    private var counted: [(key: InstanceKey, time: Double)] = []

    init(previous: CursorState?, instances: InstanceTable, windowEnd: Timestamp) {
        self.previous = previous
        self.instances = instances
        self.windowEnd = windowEnd
        keepCursors()
    }

    var cursorCount: Int { counters.values.reduce(0) { $0 + $1.count } }

    /// The state to pass to the next call.
    var next: CursorState {
        var state = CursorState(through: windowEnd)
        state.instances = instances.seen.keys.sorted().map {
            CursorState.Instance(arm: $0.arm, name: $0.name, seen: instances.seen[$0] ?? 0)
        }
        state.counters = counters
        return state
    }

    mutating func add(_ source: MetricSource, _ series: [InstanceSeries]) {
        let byInstance = Dictionary(grouping: series, by: \.key)
        for key in byInstance.keys.sorted() {
            let own = (byInstance[key] ?? []).map(\.series)
            switch source.shape {
            case .counter: addCounter(source.metric, key, own)
            case .histogram: addHistogram(source.metric, key, own)
            case .gauge: addGauge(source.metric, key, own)
            }
        }
        if source.metric == Metric.errors {
            for (key, time) in counted where byInstance[key] == nil { append(Metric.errors, key, time, .delta(0)) }
        }
    }

    /// The cursors of instances that are still known stay, also where the series gave no point this time.
    private mutating func keepCursors() {
        guard let previous else { return }
        let prefixes = Set(instances.before.map(Self.prefix))
        for (metric, cursors) in previous.counters {
            counters[metric] = cursors.filter { prefixes.contains(String($0.key.prefix { $0 != "/" })) }
        }
    }

    private static func prefix(_ key: InstanceKey) -> String { LabelDigest(["arm": key.arm, "name": key.name]).text }

    private mutating func growth(_ metric: String, _ key: InstanceKey, _ series: Series) -> CounterReader.Growth {
        let identity = Self.prefix(key) + "/" + LabelDigest(series.labels).text
        let start: CounterReader.Start =
            if let cursor = counters[metric]?[identity] { .cursor(cursor) } else {
                instances.isOlder(key, than: series.points) ? .zero : .firstPoint
            }
        let growth = CounterReader.growth(of: series.points, from: start, to: windowEnd.seconds)
        if let newest = growth.newest { counters[metric, default: [:]][identity] = newest }
        return growth
    }

    private mutating func addCounter(_ metric: String, _ key: InstanceKey, _ series: [Series]) {
        var total: (delta: Double, time: Double)?
        for one in series {
            let growth = growth(metric, key, one)
            guard let delta = growth.delta, let newest = growth.newest else { continue }
            total = ((total?.delta ?? 0) + delta, max(total?.time ?? newest.time, newest.time))
        }
        if let total {
            append(metric, key, total.time, .delta(total.delta))
            if metric == Metric.requests { counted.append((key, total.time)) }
        } else if metric == Metric.errors, let own = counted.first(where: { $0.key == key }) {
            append(metric, key, own.time, .delta(0))
        }
    }

    private mutating func addHistogram(_ metric: String, _ key: InstanceKey, _ series: [Series]) {
        var groups: [String: HistogramGrowth] = [:]
        for one in series {
            let growth = growth(metric, key, one)
            guard let delta = growth.delta, let newest = growth.newest, let name = one.labels["__name__"] else { continue }
            var labels = one.labels
            labels["__name__"] = nil
            let group = LabelDigest(labels, without: "le").text
            groups[group, default: HistogramGrowth()].add(delta, of: name, edge: one.labels["le"], time: newest.time)
        }
        guard let sum = HistogramGrowth.sum(groups.keys.sorted().compactMap { groups[$0] }) else { return }
        append(metric, key, sum.time, sum.value)
    }

    /// The newest values, summed over the series that have a point at that time; only where it is newer than the last window.
    private mutating func addGauge(_ metric: String, _ key: InstanceKey, _ series: [Series]) {
        let after = previous.map(\.through.seconds) ?? -.infinity
        let end = windowEnd.seconds
        let newest = series.compactMap { one in one.points.last { $0.time <= end && $0.value.isFinite } }
        guard let time = newest.map(\.time).max(), time > after else { return }
        append(metric, key, time, .gauge(newest.filter { $0.time == time }.reduce(0) { $0 + $1.value }))
    }

    private mutating func append(_ metric: String, _ key: InstanceKey, _ time: Double, _ value: SampleValue) {
        samples.append(Sample(metric: metric, arm: key.arm, instance: key.name, time: Timestamp(seconds: time), value: value))
    }
}
