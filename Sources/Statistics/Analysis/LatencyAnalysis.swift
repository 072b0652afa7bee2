internal import Foundation

/// Latency histograms of two arms, poll by poll, compared at every edge (`HistogramTest`).
public struct LatencyAnalysis: Sendable, Hashable, Encodable {
    /// What was known after one poll.
    public struct Poll: Sendable, Hashable, Encodable {
        /// ln of the mean of the e-values of all edges.
        public var logE: Double
    }

    /// One edge of the histogram after the last poll.
    public struct Edge: Sendable, Hashable, Encodable {
        public var edge: Double
        public var logE: Double
        /// Share of the requests above the edge.
        public var canary: Double
        public var baseline: Double
    }

    /// A quantile with bounds that hold at all times at once, each with chance 1 - alpha.
    public struct Quantile: Sendable, Hashable, Encodable {
        public var p: Double
        public var canary: Double?
        public var canaryLow: Double
        /// nil where it may lie above the last edge.
        public var canaryHigh: Double?
        public var baseline: Double?
    }

    public let polls: [Poll]
    public let verdict: AnalysisVerdict
    public let method: AnalysisMethod
    public let threshold: Double
    public let peakLogE: Double
    public let alarmPoll: Int?
    public let edges: [Edge]
    public let quantiles: [Quantile]

    /// nil where the settings make no test, where the method is A4 (which compares rates, not histograms), or where a poll does not have
    /// one count for each edge.
    public init?(
        edges: [Double], _ polls: [(canary: CumulativeCounts, baseline: CumulativeCounts)], method: AnalysisMethod = .a1x,
        _ settings: AnalysisSettings = AnalysisSettings()
    ) {
        let kind: RateRatioTest.Method = method == .a1 ? .conditionalBinomial : .noncentralHypergeometric
        guard method != .a4, let rate = settings.rateTest(kind, standard: HistogramTest.standardAlternatives), !edges.isEmpty else {
            return nil
        }
        guard polls.allSatisfy({ $0.canary.cumulative.count == edges.count && $0.baseline.cumulative.count == edges.count }) else {
            return nil
        }
        let test = HistogramTest(rate)
        let share = settings.lateShare
        var processes = edges.map { _ in EProcess(alternatives: rate.alternatives.count) }
        let equal = edges.map { _ in 1.0 }
        var (canary, baseline) = (CumulativeCounts(edges: edges.count), CumulativeCounts(edges: edges.count))
        var (results, peak): ([Poll], Double) = ([], 0)
        var alarm: Int?
        for poll in polls {
            let factors = test.logFactors(canary: poll.canary, baseline: poll.baseline)
            for edge in edges.indices { processes[edge].observe(logFactors: factors[edge], weights: rate.weights, lateShare: share) }
            canary.add(poll.canary)
            baseline.add(poll.baseline)
            let logE = LogSpace.mean(processes.map { $0.logE(weights: rate.weights, lateShare: share) }, weights: equal)
            results.append(Poll(logE: logE))
            peak = max(peak, logE)
            if alarm == nil, peak >= log(1 / settings.alpha) { alarm = results.count }
        }
        self.polls = results
        self.method = method
        threshold = log(1 / settings.alpha)
        peakLogE = peak
        alarmPoll = alarm
        self.edges = edges.indices.map { index in
            Edge(
                edge: edges[index], logE: processes[index].logE(weights: rate.weights, lateShare: share),
                canary: canary.share(above: index), baseline: baseline.share(above: index))
        }
        quantiles = [0.5, 0.95, 0.99].compactMap { Self.quantile($0, edges, canary, baseline, settings.alpha) }
        if alarm != nil {
            verdict = .degraded
        } else if canary.count == 0 || baseline.count == 0 {
            verdict = .noData
        } else {
            // Enough to find twice as many requests above the baseline's 95th percentile.
            verdict = settings.findsDoubling(of: 0.05, canary: canary.count, baseline: baseline.count) ? .healthy : .inconclusive
        }
    }

    private static func quantile(
        _ p: Double, _ edges: [Double], _ canary: CumulativeCounts, _ baseline: CumulativeCounts, _ alpha: Double
    ) -> Quantile? {
        guard let own = Histogram(edges: edges, cumulative: canary.cumulative, count: canary.count), own.count > 0 else { return nil }
        let other = Histogram(edges: edges, cumulative: baseline.cumulative, count: baseline.count)
        let bounds = own.quantileBounds(p, alpha: alpha)
        return Quantile(
            p: p, canary: own.quantile(p)?.value, canaryLow: bounds.lower, canaryHigh: bounds.upper, baseline: other?.quantile(p)?.value)
    }
}

extension CumulativeCounts {
    init(edges: Int) { self.init(cumulative: Array(repeating: 0, count: edges), count: 0) }

    mutating func add(_ other: CumulativeCounts) {
        for index in cumulative.indices { cumulative[index] += other.cumulative[index] }
        count += other.count
    }

    func share(above index: Int) -> Double { count > 0 ? 1 - cumulative[index] / count : 0 }
}
