import Foundation
import Statistics

/// What one poll brought: the counts of both arms, and those of a slice of the baseline as large as the canary.
public struct PollCounts: Sendable {
    public var poll: RatePoll
    /// Errors among as many requests of the baseline as the canary had.
    public var sliceErrors: Double

    public init(poll: RatePoll, sliceErrors: Double) {
        self.poll = poll
        self.sliceErrors = sliceErrors
    }
}

/// The requests of a gray release: two arms of constant size, a base rate that drifts, bursts, and a regression that may begin later.
public struct Traffic: Sendable {
    public var canaryRequests = 100
    public var baselineRequests = 900
    public var baseRate: Double
    /// The canary's rate over the baseline's, from poll `onset` on.
    public var ratio = 1.0
    public var onset = 0
    /// The base rate swings by this share of itself, once in 200 polls.
    public var drift = 0.0
    /// Errors come in bursts: each poll multiplies each arm's rate by a gamma variable of this whole shape, CV 1/sqrt(shape). 0: none.
    public var burstShape = 0

    public init(baseRate: Double, ratio: Double = 1, onset: Int = 0, drift: Double = 0, burstShape: Int = 0) {
        self.baseRate = baseRate
        self.ratio = ratio
        self.onset = onset
        self.drift = drift
        self.burstShape = burstShape
    }

    /// Rates are cut here; a burst cannot make nearly all requests fail.
    public static let highestRate = 0.4

    /// Poll number `index`, from 0; before that the release has not begun.
    public func poll(_ index: Int, _ generator: inout SeededGenerator) -> PollCounts {
        let base = baseRate * (1 + drift * sin(Double(index) * 2 * .pi / 200))
        let stable = min(Self.highestRate, base * burst(&generator))
        let canary = min(Self.highestRate, base * burst(&generator) * (index >= onset ? ratio : 1))
        let slice = generator.binomial(canaryRequests, stable)
        let rest = generator.binomial(baselineRequests - canaryRequests, stable)
        return PollCounts(
            poll: RatePoll(
                canaryEvents: generator.binomial(canaryRequests, canary), canaryExposure: Double(canaryRequests),
                baselineEvents: slice + rest, baselineExposure: Double(baselineRequests)),
            sliceErrors: slice)
    }

    /// The polls before the release, oldest first.
    public func history(_ generator: inout SeededGenerator) -> [PollCounts] {
        (-BurstExplanation.history..<0).map { poll($0, &generator) }
    }

    private func burst(_ generator: inout SeededGenerator) -> Double { burstShape > 0 ? generator.gamma(shape: burstShape) : 1 }
}
