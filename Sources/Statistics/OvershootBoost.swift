internal import Foundation

/// A factor above 1 that a bet may be multiplied by because it ends at the threshold.
///
/// An e-process is stopped once it reaches its threshold, and what it gains beyond is never used. Where the distribution of the next step
/// under H0 is known, the step may be multiplied by the b >= 1 with which the mean of min(b * step, threshold) is what the wealth was before: the
/// result is still a supermartingale until it is stopped (Fischer and Ramdas, "Improving the (approximate) sequential probability ratio test by
/// avoiding overshoot", 2024). For the conditional comparison of rates the next step depends on how the events of a poll fall to the arms, which
/// under H0 is binomial given their number.
///
/// For Poisson counts this is exact; requests that fail independently are less spread than that. Polls in which more than a tenth of all requests
/// fail are not boosted.
enum OvershootBoost {
    /// No step is multiplied by more than this.
    private static let maximumLogFactor = 1.5
    /// Outcomes that reach the threshold; where there are more, the step is not boosted.
    private static let maximumOutcomes = 400
    private static let negligible = 1e-10

    /// ln b.
    ///
    /// - Parameters:
    ///   - events: of both arms in the poll.
    ///   - canaryChance: with which an event is the canary's under H0.
    ///   - logWealth: before the poll.
    ///   - value: ln of the wealth when the canary has k of the events, rising in k.
    ///   - lowestThreshold: outcomes below it count in full, whatever their threshold: that only makes b smaller.
    ///   - threshold: ln of the wealth beyond which gains are of no use then.
    static func logFactor(
        events: Double, canaryChance: Double, logWealth: Double, value: (Double) -> Double, lowestThreshold: Double,
        threshold: (Double) -> Double
    ) -> Double {
        guard events > 0, value(events) + maximumLogFactor > lowestThreshold else { return 0 }
        var (low, high) = (-1.0, events)
        while high - low > 1 {
            let middle = ((low + high) / 2).rounded(.down)
            if value(middle) + maximumLogFactor > lowestThreshold { high = middle } else { low = middle }
        }
        var outcomes: [(chance: Double, gain: Double, limit: Double)] = []
        var gained = 0.0
        for k in stride(from: high, through: events, by: 1) {
            let chance = exp(
                LogSpace.choose(events, k) + k * log(canaryChance) + (events - k) * log(1 - canaryChance))
            let gain = exp(value(k) - logWealth)
            if chance * gain < negligible, k > events * canaryChance { break }
            guard outcomes.count < maximumOutcomes, gain.isFinite else { return 0 }
            outcomes.append((chance, gain, exp(threshold(k) - logWealth)))
            gained += chance * gain
        }
        let rest = max(0, 1 - gained)
        var (least, most) = (0.0, maximumLogFactor)
        for _ in 0..<30 {
            let middle = (least + most) / 2
            let mean = outcomes.reduce(rest * exp(middle)) { $0 + $1.chance * min(exp(middle) * $1.gain, $1.limit) }
            if mean <= 1 { least = middle } else { most = middle }
        }
        return least
    }
}
