import ReleaseModel

/// What one healthy instance shows in one window.
enum FleetSamples {
    static let edges = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

    static func instance(_ arm: String, _ name: String, _ window: Int, _ end: Timestamp) -> [Sample] {
        let requests = Double(90 + (window * 7 + name.utf8.count) % 20)
        let cumulative = edges.map { edge in (requests * min(1, edge * 4)).rounded() }
        return [
            (Metric.requests, SampleValue.delta(requests)), (Metric.errors, .delta(window % 40 == 0 ? 1 : 0)),
            (Metric.latency, .histogram(edges: edges, cumulative: cumulative, count: requests, sum: requests * 0.1)),
            (Metric.gcPauses, .histogram(edges: [], cumulative: [], count: 1, sum: 0.01)),
            (Metric.memoryFloor, .gauge(1e8 + Double(window * 7919 % 1000) * 1000)), (Metric.processStart, .gauge(1.7e9)),
        ].map { Sample(metric: $0.0, arm: arm, instance: name, time: end, value: $0.1) }
    }
}
