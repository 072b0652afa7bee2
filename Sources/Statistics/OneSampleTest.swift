internal import Foundation

/// Is the rate of events above a given bound? H0: at every poll at most `bound` events are expected per unit of exposure.
///
/// Wealth of the alternative "d times the bound": c ln(d) - (d - 1) * bound * exposure, the Poisson likelihood ratio, which for
/// Bernoulli events is conservative (Wald 1947).
public struct OneSampleTest: Sendable, Hashable, Codable {
    public let alternatives: [Double]

    /// nil unless every alternative is finite and above 1.
    public init?(alternatives: [Double] = RateRatioTest.standardAlternatives) {
        guard !alternatives.isEmpty, alternatives.allSatisfy({ $0.isFinite && $0 > 1 }) else { return nil }
        self.alternatives = alternatives
    }

    /// ln of each alternative's factor for one poll.
    public func logFactors(events: Double, exposure: Double, bound: Double) -> [Double] {
        guard events.isFinite, exposure.isFinite, events >= 0, exposure > 0, bound.isFinite, bound > 0 else {
            return alternatives.map { _ in 0 }
        }
        return alternatives.map { events * log($0) - ($0 - 1) * bound * exposure }
    }
}
