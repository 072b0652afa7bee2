internal import LogMining
internal import PluginKit
internal import ReleaseModel

extension LogPoll {
    /// The parts of a plugin's input that the comparison looks at.
    init(_ input: EvaluationInput) {
        self.init(
            counts: input.logs, canaryRequests: Self.requests(of: Arm.canary, input.samples),
            stableRequests: Self.requests(of: Arm.stable, input.samples), windowStart: input.windowStart, windowEnd: input.windowEnd,
            baking: input.baking)
    }

    /// Requests that the arm's instances finished in the window; nil where none was measured.
    private static func requests(of arm: String, _ samples: [Sample]) -> Double? {
        var sum: Double?
        for sample in samples where sample.metric == Metric.requests && sample.arm == arm {
            if case .delta(let value) = sample.value, value.isFinite, value >= 0 { sum = (sum ?? 0) + value }
        }
        return sum
    }
}
