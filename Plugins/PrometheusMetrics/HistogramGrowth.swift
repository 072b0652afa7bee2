internal import ReleaseModel

/// How much one histogram grew: one label set of one instance, its edges apart.
struct HistogramGrowth {
    private var buckets: [Double: Double] = [:]
    private var count: Double?
    private var sum = 0.0
    private var time = -Double.infinity

    init() {}

    /// Of a native histogram: cumulative counts at the multiples of `step` of its grid; a step of 0 has no edges.
    init(time: Double, count: Double, sum: Double, step: Int, counts: [Double]) {
        self.time = time
        self.count = count
        self.sum = sum.isFinite ? sum : 0
        guard step > 0 else { return }
        for (index, count) in zip(NativeCursor.indexes(step), counts) { buckets[NativeCursor.edge(index)] = count }
    }

    var hasEdges: Bool { !buckets.isEmpty }

    /// What came after it, of the same histogram.
    mutating func add(_ later: HistogramGrowth) {
        time = max(time, later.time)
        count = (count ?? 0) + (later.count ?? 0)
        sum += later.sum
        let common = Set(buckets.keys).intersection(later.buckets.keys)
        buckets = Dictionary(uniqueKeysWithValues: common.map { ($0, (buckets[$0] ?? 0) + (later.buckets[$0] ?? 0)) })
    }

    mutating func add(_ delta: Double, as role: HistogramNames.Role, edge: String?, time: Double) {
        self.time = max(self.time, time)
        switch role {
        case .bucket:
            guard let edge else { return }
            if edge == "+Inf" {
                count = delta
            } else if let value = Double(edge), value.isFinite {
                buckets[value] = delta
            }
        case .count: count = count ?? delta
        case .sum: sum = delta
        case .whole: break
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
