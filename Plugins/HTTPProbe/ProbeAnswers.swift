internal import ReleaseModel

/// What one server answered to the probes of one window.
struct ProbeAnswers: Sendable {
    /// The edges that Prometheus' client libraries use.
    static let edges = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

    private(set) var count = 0
    private(set) var failures = 0
    private(set) var lastFailure: String?
    private var cumulative = Array(repeating: 0.0, count: edges.count)
    private var seconds = 0.0

    /// - Parameter failure: why the answer is none; nil for a good one.
    mutating func take(seconds: Double, failure: String?) {
        count += 1
        self.seconds += seconds
        for (index, edge) in Self.edges.enumerated() where seconds <= edge { cumulative[index] += 1 }
        guard let failure else { return }
        failures += 1
        lastFailure = String(failure.prefix(200))
    }

    var histogram: SampleValue {
        .histogram(edges: Self.edges, cumulative: cumulative, count: Double(count), sum: seconds)
    }
}
