/// The growth of one classic histogram in one poll: `cumulative[i]` of `count` observations were at most edge i.
public struct CumulativeCounts: Sendable, Hashable, Codable {
    public var cumulative: [Double]
    public var count: Double

    public init(cumulative: [Double], count: Double) {
        self.cumulative = cumulative
        self.count = count
    }
}

/// A comparison of two latency distributions at every finite edge of a histogram (statistics.md, "Latency").
///
/// At each edge the exceedances `count - cumulative` are compared; E is the mean over edges and alternatives.
/// H0: the canary is nowhere slower. Nothing is interpolated, so the unit of the edges does not matter.
public struct HistogramTest: Sendable, Hashable, Codable {
    /// Odds ratios at the edges; slower by a tenth up to twice shows as 1.2 to 5.
    public static let standardAlternatives: [Double] = [1.25, 1.5, 2, 3]

    public let test: RateRatioTest

    public init(_ test: RateRatioTest) { self.test = test }

    /// ln of the factors of one poll, edge by edge, each with all alternatives.
    ///
    /// - Precondition: both sides have the same edges.
    public func logFactors(canary: CumulativeCounts, baseline: CumulativeCounts) -> [[Double]] {
        precondition(canary.cumulative.count == baseline.cumulative.count, "both sides have the same edges")
        return canary.cumulative.indices.map { edge in
            test.logFactors(
                of: RatePoll(
                    canaryEvents: max(0, canary.count - canary.cumulative[edge]), canaryExposure: canary.count,
                    baselineEvents: max(0, baseline.count - baseline.cumulative[edge]), baselineExposure: baseline.count))
        }
    }
}
