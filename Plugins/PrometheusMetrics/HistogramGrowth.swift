internal import ReleaseModel

/// How much one histogram grew: one label set of one instance, its edges apart.
struct HistogramGrowth {
    private var buckets: [Double: Double] = [:]
    private var count: Double?
    private var sum = 0.0
    private var time = -Double.infinity

    mutating func add(_ delta: Double, of name: String, edge: String?, time: Double) {
        self.time = max(self.time, time)
        if name.hasSuffix("_bucket") {
            guard let edge else { return }
            if edge == "+Inf" {
                count = delta
            } else if let value = Double(edge), value.isFinite {
                buckets[value] = delta
            }
        } else if name.hasSuffix("_count") {
            count = count ?? delta
        } else if name.hasSuffix("_sum") {
            sum = delta
        }
    }

    /// All label sets of an instance together, over the edges that every set with buckets has; nil for none.
    ///
    /// Cumulative counts of different scrapes could contradict each other where a scrape was cut off; they are made to rise and to
    /// end at the count.
    static func sum(_ parts: [HistogramGrowth]) -> (time: Double, value: SampleValue)? {
        let whole = parts.filter { $0.count != nil }
        guard let first = whole.first else { return nil }
        let edges = whole.dropFirst().reduce(Set(first.buckets.keys)) { $0.intersection($1.buckets.keys) }.sorted()
        let count = whole.reduce(0) { $0 + ($1.count ?? 0) }
        var cumulative: [Double] = []
        for edge in edges {
            let below = whole.reduce(0) { $0 + ($1.buckets[edge] ?? 0) }
            cumulative.append(min(max(below, cumulative.last ?? 0), count))
        }
        let time = whole.map(\.time).max() ?? first.time
        let total = whole.reduce(0) { $0 + $1.sum }
        return (time, .histogram(edges: edges, cumulative: cumulative, count: count, sum: total))
    }
}
