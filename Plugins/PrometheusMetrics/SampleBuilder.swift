internal import ReleaseModel

/// Turns the series of one release into samples, metric by metric, and gathers the cursors to come.
struct SampleBuilder {
    private(set) var samples: [Sample] = []
    private(set) var notes: [String] = []
    let previous: CursorState?
    let instances: InstanceTable
    let windowEnd: Timestamp
    var memoryName: String?
    private var counters: [String: [String: CursorState.Cursor]] = [:]
    private var natives: [String: [String: NativeCursor]] = [:]
    private var spacing: Double?
    private var prefixes: [InstanceKey: String] = [:]
    /// Instances with a requests sample: no series of errors then means no errors.
    private var counted: [InstanceKey: Double] = [:]
    /// Instances whose requests or errors went back: neither is told.
    private var withheld: Set<InstanceKey> = []

    init(previous: CursorState?, instances: InstanceTable, windowEnd: Timestamp) {
        self.previous = previous
        self.instances = instances
        self.windowEnd = windowEnd
        memoryName = previous?.memoryName
        keepCursors()
    }

    /// Points at or before this time were read by an earlier window.
    var after: Double { previous?.through.map(\.seconds) ?? -.infinity }

    var cursorCount: Int {
        counters.values.reduce(0) { $0 + $1.count } + natives.values.reduce(0) { $0 + $1.count }
    }

    /// The state to pass to the next call.
    var next: CursorState {
        var state = CursorState(through: windowEnd)
        state.instances = instances.seen.keys.sorted().map {
            CursorState.Instance(arm: $0.arm, name: $0.name, seen: instances.seen[$0] ?? 0, start: instances.starts[$0])
        }
        state.counters = counters
        state.natives = natives.isEmpty ? nil : natives
        state.checks = previous?.checks
        state.memoryName = memoryName
        let spacings = (previous?.spacings ?? []) + (spacing.map { [$0] } ?? [])
        state.spacings = spacings.isEmpty ? nil : Array(spacings.suffix(CursorState.keptSpacings))
        return state
    }

    mutating func add(_ source: MetricSource, _ series: [InstanceSeries]) {
        let usable = source.isOfProcess ? ofOneRevision(series, source) : series
        let byInstance = Dictionary(grouping: usable, by: \.key).mapValues { $0.map(\.series) }
        if case .memory = source.shape { return addMemory(source.metric, byInstance) }
        for key in byInstance.keys.sorted() {
            let own = byInstance[key] ?? []
            switch source.shape {
            case .counter: addCounter(source.metric, key, own)
            case .histogram(let names): addHistogram(source.metric, key, names, own)
            case .gauge: addGauge(source.metric, key, own)
            case .pauses: addPauses(source.metric, key, own)
            case .memory: break
            }
        }
        if source.metric == Metric.errors {
            for key in counted.keys.sorted() where byInstance[key] == nil { append(Metric.errors, key, counted[key] ?? 0, .delta(0)) }
        }
    }

    mutating func note(_ text: String) {
        if notes.count < SubjectReading.maximumNotes, !notes.contains(text) { notes.append(text) }
    }

    /// A process runs one revision: an instance that shows its process under two at the same time says nothing about either.
    private mutating func ofOneRevision(_ series: [InstanceSeries], _ source: MetricSource) -> [InstanceSeries] {
        let fresh = series.filter { ($0.series.newest(to: windowEnd.seconds) ?? -.infinity) > after }
        let arms = Dictionary(grouping: fresh, by: \.key.name).mapValues { Set($0.map(\.key.arm)) }
        let doubtful = Set(arms.filter { $0.value.count > 1 }.keys.filter { name in overlaps(fresh.filter { $0.key.name == name }) })
        for name in doubtful.sorted() {
            note("\(source.metric) of instance \(name) is published under two revisions at once, so it is of neither and left out")
        }
        return series.filter { !doubtful.contains($0.key.name) }
    }

    /// Whether series of different arms have points in the same stretch of time.
    private func overlaps(_ series: [InstanceSeries]) -> Bool {
        let spans = Dictionary(grouping: series, by: \.key.arm).values.compactMap { group -> (Double, Double)? in
            guard let first = group.compactMap(\.series.oldest).min(),
                let last = group.compactMap({ $0.series.newest(to: windowEnd.seconds) }).max()
            else { return nil }
            return (first, last)
        }.sorted { $0 < $1 }
        return zip(spans, spans.dropFirst()).contains { $0.1 >= $1.0 }
    }

    /// The cursors of instances that are still known stay, also where the series gave no point this time.
    private mutating func keepCursors() {
        guard let previous else { return }
        let known = Set(instances.before.map { Self.digest($0) })
        for (metric, cursors) in previous.counters {
            counters[metric] = cursors.filter { known.contains(String($0.key.prefix { $0 != "/" })) }
        }
        for (metric, cursors) in previous.natives ?? [:] {
            natives[metric] = cursors.filter { known.contains(String($0.key.prefix { $0 != "/" })) }
        }
    }

    private static func digest(_ key: InstanceKey) -> String { LabelDigest(["arm": key.arm, "name": key.name]).text }

    private mutating func identity(_ key: InstanceKey, _ series: Series) -> String {
        let prefix = prefixes[key] ?? Self.digest(key)
        prefixes[key] = prefix
        return prefix + "/" + LabelDigest(series.labels).text
    }

    mutating func growth(_ metric: String, _ key: InstanceKey, _ series: Series) -> CounterReader.Growth {
        let identity = identity(key, series)
        let start: CounterReader.Start =
            if let cursor = counters[metric]?[identity] { .cursor(cursor) } else {
                instances.isOlder(key, than: series) ? .zero : .firstPoint
            }
        let growth = CounterReader.growth(of: series.points, from: start, to: windowEnd.seconds)
        if let newest = growth.newest { counters[metric, default: [:]][identity] = newest }
        if let apart = growth.spacing { spacing = min(spacing ?? apart, apart) }
        return growth
    }

    /// The growth of a native histogram; nil where there is only a place to begin at, or nothing new.
    mutating func nativeGrowth(_ metric: String, _ key: InstanceKey, _ series: Series) -> (growth: HistogramGrowth, wentBack: Bool)? {
        let identity = identity(key, series)
        var last = natives[metric]?[identity]
        let beginsAtZero = last == nil && instances.isOlder(key, than: series)
        var total: (growth: HistogramGrowth, wentBack: Bool)?
        for point in series.histograms where point.time <= windowEnd.seconds && point.isSound {
            if let last, point.time <= last.time { continue }
            let cursor = NativeCursor(point)
            if last != nil || beginsAtZero {
                let (step, isReset) = cursor.growth(since: last)
                if var sum = total {
                    sum.growth.add(step)
                    sum.wentBack = sum.wentBack || isReset
                    total = sum
                } else {
                    total = (step, isReset)
                }
                if let last { spacing = min(spacing ?? .infinity, point.time - last.time) }
            }
            last = cursor
        }
        natives[metric, default: [:]][identity] = last
        return total
    }

    /// Whether a counter that went back tells nothing: its process went on running, so that it was not a restart.
    mutating func isUntrue(_ wentBack: Bool, _ metric: String, _ key: InstanceKey) -> Bool {
        guard wentBack, instances.keptRunning(key) else { return false }
        note(
            "\(metric) of instance \(key.name) (\(key.arm)) went backwards without a restart of its process; this window of it is left out")
        return true
    }

    private mutating func addCounter(_ metric: String, _ key: InstanceKey, _ series: [Series]) {
        var total: (delta: Double, time: Double)?
        var wentBack = false
        for one in series {
            let growth = growth(metric, key, one)
            wentBack = wentBack || growth.wentBack
            guard let delta = growth.delta, let newest = growth.newest else { continue }
            total = ((total?.delta ?? 0) + delta, max(total?.time ?? newest.time, newest.time))
        }
        if isUntrue(wentBack, metric, key) { withhold(key) }
        guard !withheld.contains(key) else { return }
        if let total {
            append(metric, key, total.time, .delta(total.delta))
            if metric == Metric.requests { counted[key] = total.time }
        } else if metric == Metric.errors, let time = counted[key] {
            append(metric, key, time, .delta(0))
        }
    }

    /// Requests without their errors would look healthy: both go.
    private mutating func withhold(_ key: InstanceKey) {
        withheld.insert(key)
        counted[key] = nil
        samples.removeAll { $0.metric == Metric.requests && $0.arm == key.arm && $0.instance == key.name }
    }

    /// The newest values, summed over the series that have a point at that time; only where it is newer than the last window.
    private mutating func addGauge(_ metric: String, _ key: InstanceKey, _ series: [Series]) {
        let end = windowEnd.seconds
        let newest = series.compactMap { one in one.points.last { $0.time <= end && $0.value.isFinite } }
        guard let time = newest.map(\.time).max(), time > after else { return }
        append(metric, key, time, .gauge(newest.filter { $0.time == time }.reduce(0) { $0 + $1.value }))
    }

    mutating func append(_ metric: String, _ key: InstanceKey, _ time: Double, _ value: SampleValue) {
        samples.append(Sample(metric: metric, arm: key.arm, instance: key.name, time: Timestamp(seconds: time), value: value))
    }
}
