internal import Foundation

/// What one poll saw of both arms: how often something happened, out of how much exposure (requests, or instance-seconds).
public struct RatePoll: Sendable, Hashable, Codable {
    public var canaryEvents: Double
    public var canaryExposure: Double
    public var baselineEvents: Double
    public var baselineExposure: Double

    public init(canaryEvents: Double, canaryExposure: Double, baselineEvents: Double, baselineExposure: Double) {
        self.canaryEvents = canaryEvents
        self.canaryExposure = canaryExposure
        self.baselineEvents = baselineEvents
        self.baselineExposure = baselineExposure
    }

    /// Finite, not negative, and exposure on both sides; nothing can be compared otherwise.
    var isComparable: Bool {
        [canaryEvents, canaryExposure, baselineEvents, baselineExposure].allSatisfy { $0.isFinite && $0 >= 0 }
            && canaryExposure > 0 && baselineExposure > 0
    }
}

/// The hypothesis and the alternatives of a rate comparison.
///
/// H0: at every poll the canary's rate is at most `tolerance` times the baseline's. The test is a mixture over the rate ratios of
/// `alternatives`; every one of them lies above the tolerance.
public struct RateRatioTest: Sendable, Hashable, Codable {
    public static let standardAlternatives: [Double] = [1.25, 1.5, 2, 3, 5, 10, 30]
    /// Most of the wealth is on regressions by 2 to 10, which are what releases bring and where equal weights cost most
    /// (`make bench-detection`); the ends keep enough for a slow creep and for a service that fails altogether.
    public static let standardWeights: [Double] = [1, 2, 4, 6, 6, 5, 2]

    /// How the evidence of a poll is counted.
    public enum Method: String, Sendable, Hashable, Codable {
        /// A1: conditional on the total, the canary's share of the events is binomial. Needs no base rate, takes any exposure.
        ///
        /// Valid for Poisson counts, and for Bernoulli counts conservative, since
        /// E[exp] = (1 + p(t-1))^N (1 + p(s-1))^M <= exp(p(N(t-1) + M(s-1))) = 1 at the boundary of H0.
        case conditionalBinomial = "a1"
        /// A1x: Fisher's noncentral hypergeometric distribution; the tolerance is one of odds. For counts out of whole requests.
        case noncentralHypergeometric = "a1x"
    }

    public let tolerance: Double
    public let alternatives: [Double]
    public let weights: [Double]
    public let method: Method

    /// nil unless 1/100 <= tolerance, every alternative is finite and above the tolerance, and weights fit them: by default the
    /// standard ones for the standard alternatives, and equal ones for others.
    public init?(
        tolerance: Double = 1, alternatives: [Double] = standardAlternatives, weights: [Double]? = nil,
        method: Method = .conditionalBinomial
    ) {
        let weights = weights ?? (alternatives == Self.standardAlternatives ? Self.standardWeights : alternatives.map { _ in 1 })
        guard tolerance.isFinite, tolerance >= 0.01, !alternatives.isEmpty, alternatives.allSatisfy({ $0.isFinite && $0 > tolerance }),
            weights.count == alternatives.count, weights.allSatisfy({ $0.isFinite && $0 >= 0 }), weights.reduce(0, +) > 0
        else { return nil }
        self.tolerance = tolerance
        self.alternatives = alternatives
        self.weights = weights
        self.method = method
    }

    /// ln of the factor by which one poll multiplies the wealth of each alternative; zeros where nothing can be compared.
    public func logFactors(of poll: RatePoll) -> [Double] {
        guard poll.isComparable else { return alternatives.map { _ in 0 } }
        switch method {
        case .conditionalBinomial: return alternatives.map { binomialLogFactor(of: poll, ratio: $0) }
        case .noncentralHypergeometric: return hypergeometricLogFactors(of: poll)
        }
    }

    /// c ln(theta(d)/theta(tol)) + b ln((1-theta(d))/(1-theta(tol))) with theta(d) = dN/(dN+M): after Lindon et al. (KDD 2022).
    private func binomialLogFactor(of poll: RatePoll, ratio: Double) -> Double {
        let (n, m) = (poll.canaryExposure, poll.baselineExposure)
        let gain = log((tolerance * n + m) / (ratio * n + m))  // ln of (1-theta(d))/(1-theta(tol))
        return poll.canaryEvents * (log(ratio / tolerance) + gain) + poll.baselineEvents * gain
    }

    /// c ln(w) - ln M(w), against the same at the tolerance.
    private func hypergeometricLogFactors(of poll: RatePoll) -> [Double] {
        guard let margins = HypergeometricMargins(poll) else { return alternatives.map { _ in 0 } }
        func logLikelihood(_ odds: Double) -> Double { margins.canaryEvents * log(odds) - margins.logMoment(odds: odds) }
        let null = logLikelihood(tolerance)
        return alternatives.map { logLikelihood($0) - null }
    }
}
