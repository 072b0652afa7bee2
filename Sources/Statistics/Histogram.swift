/// A classic histogram: how many observations were at most each edge. Edges rise; counts above the last edge are in `count` only.
public struct Histogram: Sendable, Hashable, Codable {
    public private(set) var edges: [Double]
    public private(set) var cumulative: [Double]
    public private(set) var count: Double

    /// nil unless edges are finite and rise, and counts are finite, not negative and do not fall.
    public init?(edges: [Double], cumulative: [Double], count: Double) {
        guard edges.count == cumulative.count, count.isFinite, count >= 0, edges.allSatisfy(\.isFinite) else { return nil }
        guard zip(edges, edges.dropFirst()).allSatisfy({ $0 < $1 }) else { return nil }
        guard zip(cumulative, cumulative.dropFirst() + [count]).allSatisfy({ 0 <= $0 && $0 <= $1 }) else { return nil }
        self.edges = edges
        self.cumulative = cumulative
        self.count = count
    }

    /// Both together, over the edges that both have.
    public func merged(with other: Histogram) -> Histogram {
        if edges == other.edges {
            var sum = self
            for index in cumulative.indices { sum.cumulative[index] += other.cumulative[index] }
            sum.count += other.count
            return sum
        }
        var (merged, counts): ([Double], [Double]) = ([], [])
        for (index, edge) in edges.enumerated() {
            guard let place = other.edges.firstIndex(of: edge) else { continue }
            merged.append(edge)
            counts.append(cumulative[index] + other.cumulative[place])
        }
        var result = self
        (result.edges, result.cumulative, result.count) = (merged, counts, count + other.count)
        return result
    }

    /// Observations above an edge; nil where the histogram has no such edge.
    public func exceedances(above edge: Double) -> Double? {
        guard let index = edges.firstIndex(of: edge) else { return nil }
        return count - cumulative[index]
    }

    /// The p-quantile, interpolated linearly within its bucket from 0 on, as Prometheus does it; `bounded` is false where it lies above the
    /// last edge, which is then the value. nil without observations or edges.
    public func quantile(_ p: Double) -> (value: Double, bounded: Bool)? {
        guard count > 0, let last = edges.last, (0...1).contains(p) else { return nil }
        let rank = p * count
        guard let index = cumulative.firstIndex(where: { $0 >= rank }) else { return (last, false) }
        let lowerEdge = index > 0 ? edges[index - 1] : min(0, edges[0])
        let below = index > 0 ? cumulative[index - 1] : 0
        let inside = cumulative[index] - below
        guard inside > 0 else { return (edges[index], true) }
        return (lowerEdge + (edges[index] - lowerEdge) * (rank - below) / inside, true)
    }

    /// Bounds on the p-quantile of all observations so far that hold at all times, each with chance 1 - alpha: edges, since nothing is
    /// known between them. `lower` is 0 where no edge is surely exceeded often enough, `upper` nil where no edge surely is not.
    ///
    /// The exceedances of an edge are events in the sense of `RateBounds`. They fall from edge to edge, and the bounds rise with the
    /// events, so that an error at any edge is an error at the one edge beside the true quantile: one alpha is enough.
    public func quantileBounds(_ p: Double, alpha: Double) -> (lower: Double, upper: Double?) {
        guard count > 0 else { return (0, nil) }
        let allowed = (1 - p) * count
        let lower = edges.indices.last { RateBounds.surelyExceeds(allowed, events: count - cumulative[$0], alpha: alpha) }
        let upper = edges.indices.first { RateBounds.surelyFallsShort(of: allowed, events: count - cumulative[$0], alpha: alpha) }
        return (lower.map { edges[$0] } ?? 0, upper.map { edges[$0] })
    }
}
