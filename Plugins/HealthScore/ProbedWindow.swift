internal import PluginKit
internal import ReleaseModel

extension EvaluationInput {
    private static let names = [
        Metric.probeRequests: Metric.requests, Metric.probeErrors: Metric.errors, Metric.probeLatency: Metric.latency,
    ]
    private static let ofUsers = [Metric.requests, Metric.errors, Metric.latency] + PollWindow.ofOtherTimes

    /// The same window as the probes saw it: their requests, errors and latencies in the place of the users', and what the processes say of themselves.
    var probed: EvaluationInput {
        var input = self
        input.samples = samples.compactMap { sample in
            if let name = Self.names[sample.metric] {
                var renamed = sample
                renamed.metric = name
                return renamed
            }
            return Self.ofUsers.contains(sample.metric) ? nil : sample
        }
        return input
    }
}
