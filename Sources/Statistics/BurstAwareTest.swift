/// How a comparison of rates guards against events that come in bursts.
public enum BurstPolicy: String, Sendable, Hashable, Codable, CaseIterable {
    /// A1 and A4 share the wealth, and A1's part counts as long as the baseline shows no bursts.
    case measured
    /// A4 has all the wealth: the level holds under bursts from the first poll on.
    case expected
    /// A1 has all the wealth.
    case absent
}

/// A1 (or A1x) with A4 beside it: what is compared, and how the wealth is divided between them.
public struct BurstAwareTest: Sendable, Hashable, Codable {
    /// A4's part of the wealth under `measured`: it costs A1 ln(1/0.9), about 2% of the way to 1/alpha = 100.
    public static let robustShare = 0.1

    public let rate: RateRatioTest
    public let robust: BurstRobustTest
    /// Share of each wealth that bets on a fault which begins later.
    public let lateShare: Double
    public let bursts: BurstPolicy

    /// nil unless 0 <= lateShare < 1.
    public init?(_ rate: RateRatioTest, lateShare: Double = 0, bursts: BurstPolicy = .measured) {
        guard (0..<1).contains(lateShare), let robust = BurstRobustTest(tolerance: rate.tolerance) else { return nil }
        self.rate = rate
        self.robust = robust
        self.lateShare = lateShare
        self.bursts = bursts
    }
}
