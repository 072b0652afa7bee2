internal import Foundation
internal import ReleaseModel
internal import Statistics

/// The comparison of one rate, one canary arm against stable, over all windows of a judgement: e-processes with their totals.
struct Comparison: ArmComparison {
    private var state: BurstAwareComparison?
    private var canaryEvents = 0.0
    private var canaryExposure = 0.0
    private var stableEvents = 0.0
    private var stableExposure = 0.0
    /// Of both arms before full weight, and what the canary was held against since.
    private var before = RateTotal()
    private var references: [BakeReference]?
    private(set) var logE = 0.0

    var peakLogE: Double { state?.peakLogE ?? 0 }

    /// A window from before the release, in which only stable had users.
    mutating func take(stableEvents: Double, exposure: Double, _ test: BurstAwareTest) {
        var state = current(test)
        state.observe(baselineEvents: stableEvents, exposure: exposure, test)
        self.state = state
    }

    /// One window with both sides; `slice` is the part of stable that has about the canary's exposure.
    mutating func take(_ poll: RatePoll, slice: (events: Double, exposure: Double)? = nil, _ test: BurstAwareTest) {
        var state = current(test)
        state.observe(poll, slice: slice, test)
        keep(state, test)
        canaryEvents += poll.canaryEvents
        canaryExposure += poll.canaryExposure
        stableEvents += poll.baselineEvents
        stableExposure += poll.baselineExposure
        before.add(events: poll.canaryEvents + poll.baselineEvents, exposure: poll.canaryExposure + poll.baselineExposure)
    }

    /// One window while baking, when there is no control group any more: the canary against the bake tolerance times an upper bound of what the
    /// service did before full weight, itself included, or at the same time on previous days, whichever is higher. The bounds spend a hundredth of
    /// the family's alpha.
    /// Where bursts are expected or measured it says nothing: without a control group they cannot be told from a regression.
    mutating func take(
        canaryEvents events: Double, exposure: Double, season: [SeasonDay], alpha: Double, _ settings: Settings, _ burstTest: BurstAwareTest
    ) {
        canaryEvents += events
        canaryExposure += exposure
        let state = current(burstTest)
        let knowsBursts = burstTest.bursts == .expected || (burstTest.bursts == .measured && state.isBursty)
        guard stableExposure > 0, exposure > 0, !knowsBursts else { return }
        let share = ArmFamily<Comparison>.boundShare
        let references = BakeReference.all(before: before, season: season, alpha: alpha * share) { ($0.errors, $0.requests) }
        self.references = references
        guard let highest = references.map(\.high).max() else { return }
        let bound = highest * settings.bakeTolerance
        let alternatives = settings.alternatives.map { $0 / settings.tolerance }
        guard let test = OneSampleTest(alternatives: alternatives), bound.isFinite else { return }
        var next = state
        next.observe(logFactors: test.logFactors(events: events, exposure: exposure, bound: bound), burstTest)
        keep(next, burstTest)
    }

    private mutating func keep(_ state: BurstAwareComparison, _ test: BurstAwareTest) {
        self.state = state
        logE = state.logE(test)
    }

    /// The state so far. A policy with other alternatives than before begins anew.
    private func current(_ test: BurstAwareTest) -> BurstAwareComparison {
        if let state, state.fits(test) { return state }
        return BurstAwareComparison(test)
    }

    func evidence(unit: String, _ moment: Moment, _ settings: Settings, _ test: BurstAwareTest) -> [String: JSONValue] {
        let canaryRate = quotient(canaryEvents, canaryExposure)
        let stableRate = quotient(stableEvents, stableExposure)
        var evidence: [String: JSONValue] = [
            "value": .figure(stableRate.flatMap { rate in canaryRate.flatMap { quotient($0, rate) } }),
            "canary": ["events": .figure(canaryEvents), "exposure": .figure(canaryExposure), "rate": .figure(canaryRate)],
            "stable": ["events": .figure(stableEvents), "exposure": .figure(stableExposure), "rate": .figure(stableRate)],
            "unit": .string(unit), "polls": .figure(Double(max(state?.conditional.polls ?? 0, state?.robust.polls ?? 0))),
            "tolerance": .figure(settings.tolerance), "lateOnset": .figure(settings.lateShare), "method": .string(method(test)),
            "interval": interval(moment, settings),
        ]
        if test.bursts != .absent { evidence["bursts"] = burstEvidence(test) }
        if moment.baking {
            evidence["bakeTolerance"] = .figure(settings.bakeTolerance)
            evidence["comparedWith"] = .array((references ?? []).map(\.evidence))
        }
        return evidence
    }

    /// Bounds on both rates that hold at all times at once, each with chance 1 - alpha of the score's family.
    private func interval(_ moment: Moment, _ settings: Settings) -> JSONValue {
        func bounds(_ events: Double, _ exposure: Double) -> JSONValue {
            guard exposure > 0 else { return .null }
            let alpha = settings.alpha(.score)
            return [
                "low": .figure(RateBounds.lower(events: events, alpha: alpha) / exposure),
                "high": .figure(RateBounds.upper(events: events, alpha: alpha) / exposure),
            ]
        }
        return [
            "canary": bounds(canaryEvents, canaryExposure), "stable": bounds(stableEvents, stableExposure),
            "alpha": .figure(settings.alpha(.score)),
        ]
    }

    private func method(_ test: BurstAwareTest) -> String {
        switch test.bursts {
        case .absent: "A1"
        case .expected: "A4"
        case .measured: (state?.explanation.penalty ?? 0) > 0 ? "A1 less what bursts explain, A4 beside it" : "A1 with A4 beside it"
        }
    }

    /// The burst coefficient of stable's rate from window to window, and what each of the tests says by itself.
    private func burstEvidence(_ test: BurstAwareTest) -> JSONValue {
        [
            "policy": .string(test.bursts.rawValue), "coefficient": .figure(state?.burstCoefficient),
            "limit": .figure(BurstCoefficient.bursty), "bursty": .bool(state?.isBursty ?? false),
            "penalty": .figure(state?.explanation.penalty), "explainedBy": .figure(state?.explanation.bestCoefficient),
            "logEofA1": .figure(state?.conditionalLogE(test)),
            "logEofA4": .figure(state?.robust.logE(weights: test.robust.weights, lateShare: test.lateShare)),
            "shareOfA4": .figure(test.bursts == .expected ? 1 : BurstAwareTest.robustShare),
        ]
    }
}
