/// The test that an offline analysis of rates runs.
public enum AnalysisMethod: String, Sendable, Hashable, Codable, CaseIterable {
    /// Conditional binomial (`RateRatioTest.Method.conditionalBinomial`).
    case a1
    /// Fisher's noncentral hypergeometric distribution (`RateRatioTest.Method.noncentralHypergeometric`).
    case a1x
    /// Robust against bursts, over matched slices (`BurstRobustTest`); it has stakes instead of alternatives.
    case a4
}

/// What an offline analysis holds the canary against.
public struct AnalysisSettings: Sendable, Hashable, Codable {
    /// Chance of calling a canary degraded that is not, however many polls there are.
    public var alpha = 0.01
    /// Ratio of the canary's rate to the baseline's that is tolerated.
    public var tolerance = 1.0
    /// Rate ratios that the test bets on; nil for the standard ones above the tolerance.
    public var alternatives: [Double]?
    /// Share of the wealth that bets on a fault which begins later.
    public var lateShare = 0.0

    public init() {}

    public init(alpha: Double, tolerance: Double, alternatives: [Double]?, lateShare: Double) {
        self.alpha = alpha
        self.tolerance = tolerance
        self.alternatives = alternatives
        self.lateShare = lateShare
    }

    /// The comparison of rates, nil where the settings make none. Alternatives that were named have equal weights.
    func rateTest(_ method: RateRatioTest.Method, standard: [Double] = RateRatioTest.standardAlternatives) -> RateRatioTest? {
        guard alpha > 0, alpha < 1, (0..<1).contains(lateShare) else { return nil }
        let bets = alternatives ?? standard.filter { $0 > tolerance }
        return RateRatioTest(
            tolerance: tolerance, alternatives: bets, weights: alternatives == nil ? nil : bets.map { _ in 1 }, method: method)
    }

    /// Whether so many canary requests are enough to find a doubling of the rate in the mean: one and a half times the information floor, which
    /// is what A1 needs (`make bench-detection`).
    func findsDoubling(of rate: Double, canary: Double, baseline: Double) -> Bool {
        guard canary > 0, baseline > 0, rate > 0 else { return false }
        let floor = InformationFloor.canaryRequests(
            canary: min(1, 2 * tolerance * rate), baseline: min(0.5, rate), share: canary / (canary + baseline), alpha: alpha)
        return canary >= 1.5 * floor
    }
}
