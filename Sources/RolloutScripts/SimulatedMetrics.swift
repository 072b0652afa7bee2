import PluginKit
import ReleaseModel

/// A script's `load` as a metrics plugin would collect it, and its `signals` as a scoring plugin would report them.
struct SimulatedMetrics {
    let load: Script.Load?
    let origin: Timestamp

    /// The deltas of every series between the end of the last window (in `state`) and `windowEnd`.
    func collect(_ request: CollectRequest) -> CollectResult? {
        guard let subject = request.subjects.first else { return nil }
        let last = subject.state?["through"]?.string.flatMap(Timestamp.init(rfc3339:)) ?? origin
        var samples: [Sample] = []
        for series in load?.series ?? [] {
            guard let arm = subject.arms.first(where: { $0.revision == series.version }) else { continue }
            let growth = value(of: series, at: request.windowEnd) - value(of: series, at: last)
            samples.append(
                Sample(
                    metric: series.metric, arm: arm.name, instance: "\(series.version)-1", time: request.windowEnd, value: .delta(growth)))
        }
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

    /// A counter at a time; it stands still after its last value.
    private func value(of series: Script.Series, at time: Timestamp) -> Double {
        guard let load, !series.values.isEmpty else { return 0 }
        let index = Int((time - origin).microseconds / load.step.microseconds)
        return series.values[min(max(index, 0), series.values.count - 1)]
    }
}
