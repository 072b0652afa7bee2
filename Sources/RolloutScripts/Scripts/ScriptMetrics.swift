import PluginKit
import ReleaseModel

/// A script's `load` as a metrics plugin would collect it.
struct ScriptMetrics {
    let load: Script.Load?

    /// What every series grew between the end of the last window (in `state`) and `windowEnd`, and where gauges stand.
    func collect(_ request: CollectRequest) -> CollectResult? {
        guard let subject = request.subjects.first else { return nil }
        let last = subject.state?["through"]?.string.flatMap(Timestamp.init(rfc3339:)) ?? WorldTime.origin
        var samples: [Sample] = []
        var buckets: [Sample: [(edge: Double, growth: Double)]] = [:]
        for series in load?.series ?? [] {
            guard let arm = subject.arms.first(where: { $0.revision == series.version }) else { continue }
            var sample = Sample(
                metric: series.metric, arm: arm.name, instance: series.instance, time: request.windowEnd, value: .delta(0))
            let end = value(of: series, at: request.windowEnd)
            let growth = end - value(of: series, at: last)
            if let edge = series.edge {
                buckets[sample, default: []].append((edge, growth))
                continue
            }
            sample.value = Self.gauges.contains(series.metric) ? .gauge(end) : .delta(growth)
            samples.append(sample)
        }
        samples += Self.histograms(buckets)
        if load == nil {
            // Scripts that set signals directly have users as well: the canary's counter moves while it has weight.
            let weight = subject.arms.first { $0.name == Arm.canary }?.weight ?? .zero
            samples.append(
                Sample(
                    metric: Metric.requests, arm: Arm.canary, instance: "canary-1", time: request.windowEnd,
                    value: .delta(Double(weight.basisPoints))))
        }
        return CollectResult(release: subject.release, samples: samples, state: ["through": .string(request.windowEnd.description)])
    }

    /// Metrics whose value counts and not its growth.
    private static let gauges: Set<String> = [Metric.memoryFloor, Metric.processStart, Metric.gcUnmeasured]

    /// One histogram for each instance. The bucket `+Inf` is the count; without one it is the last bucket's. The sum is estimated from
    /// the edges, as scripts do not give it.
    private static func histograms(_ buckets: [Sample: [(edge: Double, growth: Double)]]) -> [Sample] {
        let order = buckets.keys.sorted { ($0.metric, $0.arm, $0.instance) < ($1.metric, $1.arm, $1.instance) }
        return order.map { key in
            let sorted = (buckets[key] ?? []).sorted { $0.edge < $1.edge }
            let finite = sorted.filter { $0.edge.isFinite }
            var sum = 0.0
            var (below, lower) = (0.0, 0.0)
            for bucket in finite {
                sum += (bucket.growth - below) * (bucket.edge + lower) / 2
                (below, lower) = (bucket.growth, bucket.edge)
            }
            var sample = key
            sample.value = .histogram(
                edges: finite.map(\.edge), cumulative: finite.map(\.growth), count: sorted.last?.growth ?? 0, sum: max(0, sum))
            return sample
        }
    }

    /// A series at a time; it stands still after its last value.
    private func value(of series: Script.Series, at time: Timestamp) -> Double {
        guard let load, !series.values.isEmpty else { return 0 }
        let index = Int((time - WorldTime.origin).microseconds / load.step.microseconds)
        return series.values[min(max(index, 0), series.values.count - 1)]
    }
}
