internal import ReleaseModel

extension SampleBuilder {
    /// Classic buckets where there are some, since their edges were chosen by the service's authors; otherwise a native histogram;
    /// otherwise count and sum alone, and beside them a summary's quantiles.
    mutating func addHistogram(_ metric: String, _ key: InstanceKey, _ names: HistogramNames, _ series: [Series]) {
        var groups: [String: HistogramGrowth] = [:]
        var natives: [HistogramGrowth] = []
        var quantiles: [Series] = []
        var wentBack = false
        for one in series {
            guard let role = names.role(of: one.name) else { continue }
            if role == .whole {
                if !one.histograms.isEmpty {
                    guard let (growth, isReset) = nativeGrowth(metric, key, one) else { continue }
                    natives.append(growth)
                    wentBack = wentBack || isReset
                } else if one.labels["quantile"] != nil {
                    quantiles.append(one)
                }
                continue
            }
            let growth = growth(metric, key, one)
            wentBack = wentBack || growth.wentBack
            guard let delta = growth.delta, let newest = growth.newest else { continue }
            if names.bucket == nil {
                // Two counters whose label sets have nothing in common.
                let (count, sum) = role == .count ? (delta, 0) : (0, delta)
                let part = HistogramGrowth(time: newest.time, count: count, sum: sum, step: 0, counts: [])
                if groups[""] == nil { groups[""] = part } else { groups[""]?.add(part) }
                continue
            }
            var labels = one.labels
            labels["__name__"] = nil
            let group = LabelDigest(labels, without: "le").text
            groups[group, default: HistogramGrowth()].add(delta, as: role, edge: one.labels["le"], time: newest.time)
        }
        guard !isUntrue(wentBack, metric, key) else { return }
        let classic = groups.keys.sorted().compactMap { groups[$0] }
        let hasEdges = classic.contains(where: \.hasEdges) || !natives.isEmpty
        let parts = natives.isEmpty || classic.contains(where: \.hasEdges) ? classic : natives
        if let sum = HistogramGrowth.sum(parts) { append(metric, key, sum.time, sum.value) }
        if !hasEdges { addQuantiles(metric, key, quantiles) }
    }

    /// A summary's quantiles, which nobody can add up: of the label sets (method, URI, ...) the worst. They are of a sliding time of the
    /// client library's choice, not of the window.
    private mutating func addQuantiles(_ metric: String, _ key: InstanceKey, _ series: [Series]) {
        guard metric == Metric.latency else { return }
        var worst: [Double: Series.Point] = [:]
        for one in series {
            guard let quantile = one.labels["quantile"].flatMap(Double.init), (0...1).contains(quantile),
                let newest = one.points.last(where: { $0.time <= windowEnd.seconds && $0.value.isFinite }), newest.time > after
            else { continue }
            if newest.value >= worst[quantile]?.value ?? -.infinity { worst[quantile] = newest }
        }
        for quantile in worst.keys.sorted() {
            guard let point = worst[quantile] else { continue }
            append(Metric.quantile(quantile, of: metric), key, point.time, .gauge(point.value))
        }
        if !worst.isEmpty {
            note("\(metric) of instance \(key.name) (\(key.arm)) is a summary: quantiles to look at, and no histogram to test")
        }
    }

    /// Pauses by the first preset that the instance has.
    mutating func addPauses(_ metric: String, _ key: InstanceKey, _ series: [Series]) {
        let present = Set(series.map(\.name))
        if let preset = RuntimePreset.pauses.first(where: { !present.isDisjoint(with: $0.names.all) }) {
            let own = series.filter { preset.names.role(of: $0.name) != nil }
            return addHistogram(metric, key, preset.names, own)
        }
        guard let silent = RuntimePreset.withoutPauses.first(where: { present.contains($0.name) }) else { return }
        let time = series.compactMap { $0.newest(to: windowEnd.seconds) }.max() ?? -.infinity
        guard time > after else { return }
        append(Metric.gcUnmeasured, key, time, .gauge(1))
        note("\(silent.runtime) publishes no GC pauses (instance \(key.name), \(key.arm)): the part gc has nothing to judge there")
    }

    /// Memory by the best preset that both arms have, so that the same quantity is compared; the one of the last window is kept where it can be.
    mutating func addMemory(_ metric: String, _ series: [InstanceKey: [Series]]) {
        let names = series.mapValues { Set($0.map(\.name)) }
        let arms = Dictionary(grouping: names.keys, by: \.arm).mapValues { keys in keys.map { names[$0] ?? [] } }
        guard !arms.isEmpty else { return }
        func isShared(_ name: String) -> Bool { arms.values.allSatisfy { $0.contains { $0.contains(name) } } }
        let kept = memoryName.flatMap { name in RuntimePreset.memory.first { $0.name == name && isShared(name) } }
        guard let preset = kept ?? RuntimePreset.memory.first(where: { isShared($0.name) }) else {
            return note("the arms publish no memory series of the same name, so their memory cannot be compared and is left out")
        }
        if let memoryName, memoryName != preset.name { note("memory is read from \(preset.name) now, and no longer from \(memoryName)") }
        memoryName = preset.name
        for key in series.keys.sorted() {
            let own = (series[key] ?? []).filter { one in
                one.name == preset.name && preset.only.map { (one.labels[$0.label] ?? $0.value) == $0.value } ?? true
            }
            if let point = floor(own, preset.kind) { append(metric, key, point.time, .gauge(point.value)) }
        }
    }

    /// Heap areas and generations are summed where all have a point at that time; of these sums the newest or the lowest in the window.
    private func floor(_ series: [Series], _ kind: RuntimePreset.Memory.Kind) -> Series.Point? {
        var sums: [Double: (value: Double, parts: Int)] = [:]
        for point in series.flatMap(\.points)
        where point.time > after && point.time <= windowEnd.seconds && point.value.isFinite && point.value >= 0 {
            let sum = sums[point.time] ?? (0, 0)
            sums[point.time] = (sum.value + point.value, sum.parts + 1)
        }
        let whole = sums.filter { $0.value.parts == series.count }.map { Series.Point(time: $0.key, value: $0.value.value) }
        switch kind {
        case .afterCollection: return whole.max { $0.time < $1.time }
        case .anyTime: return whole.min { ($0.value, $0.time) < ($1.value, $1.time) }
        }
    }
}
