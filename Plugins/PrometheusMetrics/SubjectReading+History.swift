internal import PluginKit
internal import ReleaseModel

// Stable's requests and errors from before the release, read once: how they vary from window to window tells whether the service has bursts of
// errors, before a regression could be taken for one.

extension SubjectReading {
    /// Windows before the release that are read; HealthScore makes use of no more.
    static let historyWindows = 20
    /// Sums over stable's instances (delta), one for each window before the release; its time is the end of that window.
    static let earlierRequests = "requests.before"
    static let earlierErrors = "errors.before"
    static let allInstances = "all"

    /// The second reading is the first that knows how long a window is.
    var wantsHistory: Bool { state?.through != nil && state?.hasReadHistory != true && historyStep > .zero }

    private var historyStep: TimeSpan { state?.through.map { windowEnd - $0 } ?? .zero }

    /// How far before the last window points are wanted.
    var historySpan: TimeSpan { wantsHistory ? historyStep * Double(Self.historyWindows) : .zero }

    /// The windows are read from the same answers one after the other, as they would have been at their time.
    func historySamples(_ answers: [(source: MetricSource, index: Index)], _ settings: Settings) -> [Sample] {
        guard let through = state?.through else { return [] }
        let stable = subject.arms.filter { $0.name == Arm.stable }
        let counted = answers.filter { $0.source.metric == Metric.requests || $0.source.metric == Metric.errors }
        var past: CursorState?
        var samples: [Sample] = []
        for count in (0...Self.historyWindows).reversed() {
            let end = through - historyStep * Double(count)
            let reading = SubjectReading(
                CollectSubject(release: subject.release, service: subject.service, arms: stable, state: nil), windowEnd: end, state: past)
            var instances = InstanceTable(past, windowEnd: end)
            guard case .success(let builder) = reading.build(counted, settings, &instances) else { return [] }
            past = builder.next
            for (metric, earlier) in [(Metric.requests, Self.earlierRequests), (Metric.errors, Self.earlierErrors)] {
                let deltas = builder.samples.compactMap { sample -> Double? in
                    guard sample.metric == metric, case .delta(let value) = sample.value else { return nil }
                    return value
                }
                guard !deltas.isEmpty else { continue }
                samples.append(
                    Sample(
                        metric: earlier, arm: Arm.stable, instance: Self.allInstances, time: end, value: .delta(deltas.reduce(0, +))))
            }
        }
        return samples
    }
}
