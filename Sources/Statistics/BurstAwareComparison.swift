internal import Foundation

/// The state of a `BurstAwareTest`: three e-processes on one clock, and what bursts explain.
///
/// Under `measured` E = (0.75 A1 + 0.2 B) exp(-penalty) + 0.05 A4, where B bets on regressions among bursts. A1 exp(-penalty) and B exp(-penalty) are
/// e-processes against "the canary is not worse" whether errors come independently or in bursts (`BurstExplanation`, with the proof); A4 is one for
/// any bursts that are alike on both arms; and a weighted mean of e-processes is one. So E reaches 1/alpha with chance alpha at most, without bursts
/// and with them.
public struct BurstAwareComparison: Sendable, Hashable, Codable {
    public private(set) var conditional: EProcess
    public private(set) var robust: EProcess
    /// B: bets on regressions among bursts (`BurstExplanation.bets`).
    public private(set) var bursty = EProcess(alternatives: BurstExplanation.bets.count)
    /// ln of the factor that those bets have from polls of the baseline alone.
    public private(set) var logBaseline = 0.0
    public private(set) var explanation = BurstExplanation()
    /// ln of what A1's wealth was multiplied by on the way (`OvershootBoost`).
    public private(set) var logBoost = 0.0
    /// Of the whole baseline.
    public private(set) var burst = BurstCoefficient()
    /// Of a slice of the baseline with about the canary's exposure: bursts of single instances average out over many.
    public private(set) var sliceBurst = BurstCoefficient()
    /// The highest ln E so far: what was once proven stays proven.
    public private(set) var peakLogE = 0.0

    public init(_ test: BurstAwareTest) {
        conditional = EProcess(alternatives: test.rate.alternatives.count)
        robust = EProcess(alternatives: test.robust.stakes.count)
    }

    /// Whether this state belongs to such a test: as many alternatives and stakes.
    public func fits(_ test: BurstAwareTest) -> Bool {
        conditional.logWealth.count == test.rate.alternatives.count && robust.logWealth.count == test.robust.stakes.count
            && explanation.logRatios.count == BurstExplanation.coefficients.count
    }

    /// Takes a poll of the baseline from before the comparison: it says what bursts there are, and nothing about the canary.
    public mutating func observe(baselineEvents events: Double, exposure: Double, _ test: BurstAwareTest) {
        burst.observe(events: events, exposure: exposure)
        guard test.bursts == .measured else { return }
        let poll = RatePoll(canaryEvents: 0, canaryExposure: 0, baselineEvents: events, baselineExposure: exposure)
        logBaseline += explanation.logFactors(ofRegressionsIn: poll, tolerance: test.rate.tolerance)?.first ?? 0
        explanation.observe(poll, tolerance: test.rate.tolerance)
    }

    /// Takes one poll, and the part of the baseline that has about the canary's exposure where such a part is known.
    public mutating func observe(_ poll: RatePoll, slice: (events: Double, exposure: Double)? = nil, _ test: BurstAwareTest) {
        burst.observe(events: poll.baselineEvents, exposure: poll.baselineExposure)
        if let slice { sliceBurst.observe(events: slice.events, exposure: slice.exposure) }
        if test.bursts != .expected {
            logBoost += boost(of: poll, test)
            conditional.observe(logFactors: test.rate.logFactors(of: poll), weights: test.rate.weights, lateShare: test.lateShare)
        }
        if test.bursts == .measured {
            if let factors = explanation.logFactors(ofRegressionsIn: poll, tolerance: test.rate.tolerance) {
                bursty.observe(logFactors: factors, weights: BurstExplanation.weights, lateShare: test.lateShare)
            }
            explanation.observe(poll, tolerance: test.rate.tolerance)
        }
        if test.bursts != .absent {
            robust.observe(logFactors: test.robust.logFactors(of: poll), weights: test.robust.weights, lateShare: test.lateShare)
        }
        peakLogE = max(peakLogE, logE(test))
    }

    /// Takes factors of another test in A1's place, where there is no baseline to compare with; they have all the say.
    public mutating func observe(logFactors: [Double], _ test: BurstAwareTest) {
        conditional.observe(logFactors: logFactors, weights: test.rate.weights, lateShare: test.lateShare)
        peakLogE = max(peakLogE, logE(test))
    }

    private func boost(of poll: RatePoll, _ test: BurstAwareTest) -> Double {
        let events = poll.canaryEvents + poll.baselineEvents
        let (canary, baseline) = (poll.canaryExposure * test.rate.tolerance, poll.baselineExposure)
        guard let alpha = test.alpha, test.rate.method == .conditionalBinomial, peakLogE < log(1 / alpha), poll.isComparable,
            events == events.rounded(), poll.canaryEvents == poll.canaryEvents.rounded(),
            events <= 0.1 * (poll.canaryExposure + poll.baselineExposure)
        else { return 0 }
        func split(_ k: Double) -> RatePoll {
            RatePoll(
                canaryEvents: k, canaryExposure: poll.canaryExposure, baselineEvents: events - k, baselineExposure: poll.baselineExposure)
        }
        lazy var outlook = BurstExplanation.Outlook(explanation)
        let threshold = log(1 / alpha) - (test.bursts == .measured ? log(BurstAwareTest.shares[0]) : 0)
        return OvershootBoost.logFactor(
            events: events, canaryChance: canary / (canary + baseline),
            logWealth: logBoost + conditional.logE(weights: test.rate.weights, lateShare: test.lateShare),
            value: { k in
                logBoost
                    + conditional.logE(
                        after: test.rate.logFactors(of: split(k)), weights: test.rate.weights, lateShare: test.lateShare)
            }, lowestThreshold: threshold + (test.bursts == .measured ? explanation.penalty : 0),
            threshold: { k in
                test.bursts == .measured ? threshold + outlook.penalty(after: split(k), tolerance: test.rate.tolerance) : threshold
            })
    }

    /// The larger of both coefficients, the one that speaks for bursts where only one does; nil until one is known.
    public var burstCoefficient: Double? {
        if burst.isBursty != sliceBurst.isBursty { return burst.isBursty ? burst.value : sliceBurst.value }
        return [burst.value, sliceBurst.value].compactMap { $0 }.max()
    }

    public var isBursty: Bool { burst.isBursty || sliceBurst.isBursty }

    /// ln of A1's e-value, as it is without bursts.
    public func conditionalLogE(_ test: BurstAwareTest) -> Double {
        logBoost + conditional.logE(weights: test.rate.weights, lateShare: test.lateShare)
    }

    /// ln of what the bets on regressions among bursts came to, before the penalty.
    public func burstyLogE(_ test: BurstAwareTest) -> Double {
        logBaseline + bursty.logE(weights: BurstExplanation.weights, lateShare: test.lateShare)
    }

    /// ln of the e-value now.
    public func logE(_ test: BurstAwareTest) -> Double {
        func careful() -> Double { robust.logE(weights: test.robust.weights, lateShare: test.lateShare) }
        switch test.bursts {
        case .expected: return careful()
        case .absent: return conditionalLogE(test)
        case .measured:
            let penalty = explanation.penalty
            return LogSpace.mean(
                [
                    conditionalLogE(test) - penalty, burstyLogE(test) - penalty,
                    careful(),
                ], weights: BurstAwareTest.shares)
        }
    }
}
