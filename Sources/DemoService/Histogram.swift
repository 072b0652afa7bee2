/// A classic Prometheus histogram: counts per edge, the number of observations, their sum and the largest.
struct Histogram: Sendable {
    let edges: [Double]
    private(set) var counts: [UInt64]
    private(set) var count: UInt64 = 0
    private(set) var sum = 0.0
    private(set) var maximum = 0.0

    init(edges: [Double]) {
        self.edges = edges
        counts = Array(repeating: 0, count: edges.count)
    }

    mutating func observe(_ value: Double) {
        if let index = edges.firstIndex(where: { value <= $0 }) { counts[index] += 1 }
        count += 1
        sum += value
        maximum = max(maximum, value)
    }

    /// `_bucket`, `_count` and `_sum` lines for one set of labels (`name="value"` pairs).
    func exposition(_ name: String, labels: String) -> String {
        var text = ""
        var cumulative: UInt64 = 0
        for (index, edge) in edges.enumerated() {
            cumulative += counts[index]
            text += "\(name)_bucket{\(labels),le=\"\(edge)\"} \(cumulative)\n"
        }
        text += "\(name)_bucket{\(labels),le=\"+Inf\"} \(count)\n"
        return text + "\(name)_count{\(labels)} \(count)\n\(name)_sum{\(labels)} \(sum)\n"
    }
}
