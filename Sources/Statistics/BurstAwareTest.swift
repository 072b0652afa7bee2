/// How a comparison of rates guards against events that come in bursts.
public enum BurstPolicy: String, Sendable, Hashable, Codable, CaseIterable {
    /// A1, lowered by what bursts explain as well, and A4 share the wealth: the level holds with and without bursts.
    case measured
    /// A4 has all the wealth: nothing is taken for granted about the size of bursts.
    case expected
    /// A1 has all the wealth, and bursts are taken for regressions.
    case absent
}

/// A1 (or A1x) with a guard against bursts: what is compared, and how the wealth is divided.
public struct BurstAwareTest: Sendable, Hashable, Codable {
    /// A4's part of the wealth under `measured`: it costs A1 ln(1/0.95), about 1% of the way to 1/alpha = 100.
    public static let robustShare = 0.05
    /// The part that bets on regressions among bursts, whose bets are nearly A1's where there are none.
    public static let burstyShare = 0.2
    /// A1's part, and those of the two others.
    static let shares = [1 - burstyShare - robustShare, burstyShare, robustShare]

    public let rate: RateRatioTest
    public let robust: BurstRobustTest
    /// Share of each wealth that bets on a fault which begins later.
    public let lateShare: Double
    public let bursts: BurstPolicy
    /// Where the comparison ends at 1/alpha, what A1 would gain beyond is bet before (`OvershootBoost`); nil: it has no end.
    public let alpha: Double?

    /// nil unless 0 <= lateShare < 1, and 0 < alpha < 1 where there is one.
    public init?(_ rate: RateRatioTest, lateShare: Double = 0, bursts: BurstPolicy = .measured, alpha: Double? = nil) {
        guard (0..<1).contains(lateShare), let robust = BurstRobustTest(tolerance: rate.tolerance) else { return nil }
        if let alpha { guard alpha > 0, alpha < 1 else { return nil } }
        self.rate = rate
        self.robust = robust
        self.lateShare = lateShare
        self.bursts = bursts
        self.alpha = alpha
    }
}
