internal import Foundation

/// A4: a comparison of two rates that errors in bursts do not deceive.
///
/// For arms of equal exposure y = (c - b)/(c + b), 0 where nothing happened, lies in -1...1; a stake l multiplies the wealth by 1 + l y
/// (statistics.md). Where both arms are alike, c and b can be exchanged whatever the size of the bursts, so that y has mean 0.
///
/// Where the exposures differ, the larger arm is cut to a slice that matches the smaller one, and y is averaged over all slices
/// (`EventsInSlice`). A random slice of independent requests is distributed as a smaller arm would be, and a mean over slices has the
/// same expectation, so the level is kept and nothing is drawn at random. A baseline whose bursts average out over more instances
/// than the canary has only makes the test more careful: y is concave in c and convex in b.
///
/// H0: at every poll the canary's rate is at most `tolerance` times the baseline's; bursts of an arm are alike in size on both arms and
/// end within a poll. A tolerance above 1 matches a slice of that many times the exposure and takes the counts as Poisson.
public struct BurstRobustTest: Sendable, Hashable, Codable {
    public static let standardStakes: [Double] = [0.1, 0.2, 0.4, 0.6, 0.9]

    public let tolerance: Double
    public let stakes: [Double]

    /// nil unless 1/100 <= tolerance and every stake lies in 0..<1, not including 0.
    public init?(tolerance: Double = 1, stakes: [Double] = standardStakes) {
        guard tolerance.isFinite, tolerance >= 0.01, !stakes.isEmpty, stakes.allSatisfy({ $0 > 0 && $0 < 1 }) else { return nil }
        self.tolerance = tolerance
        self.stakes = stakes
    }

    /// One weight for each stake, all alike.
    public var weights: [Double] { stakes.map { _ in 1 } }

    /// ln of the factor by which one poll multiplies the wealth of each stake; zeros where nothing can be compared.
    public func logFactors(of poll: RatePoll) -> [Double] {
        let lean = lean(of: poll) ?? 0
        return stakes.map { log1p($0 * lean) }
    }

    /// How far the errors of a poll lean to the canary, from -1 to 1, averaged over the matched slices; nil where nothing can be compared.
    public func lean(of poll: RatePoll) -> Double? {
        guard poll.isComparable else { return nil }
        let (c, n) = (poll.canaryEvents.rounded(), poll.canaryExposure.rounded())
        let (b, m) = (poll.baselineEvents.rounded(), poll.baselineExposure.rounded())
        let wanted = (tolerance * n).rounded()
        if wanted <= m {
            return EventsInSlice(slice: wanted, of: m, events: b)?.mean { Self.lean(c, $0) }
        }
        return EventsInSlice(slice: (m / tolerance).rounded(), of: n, events: c)?.mean { Self.lean($0, b) }
    }

    private static func lean(_ canary: Double, _ baseline: Double) -> Double {
        canary + baseline > 0 ? (canary - baseline) / (canary + baseline) : 0
    }
}
