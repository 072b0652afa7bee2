internal import Foundation
internal import ReleaseModel
internal import Statistics

/// The comparison of one rate, canary against stable, over all windows of a judgement: e-processes with their totals.
struct Comparison: Codable {
    private var state: BurstAwareComparison?
    private var canaryEvents = 0.0
    private var canaryExposure = 0.0
    private var stableEvents = 0.0
    private var stableExposure = 0.0
    var freshness = Freshness()

    /// One window with both sides; `slice` is the part of stable that has about the canary's exposure.
    mutating func take(_ poll: RatePoll, slice: (events: Double, exposure: Double)? = nil, _ test: BurstAwareTest) {
        var state = current(test)
        state.observe(poll, slice: slice, test)
        self.state = state
        canaryEvents += poll.canaryEvents
        canaryExposure += poll.canaryExposure
        stableEvents += poll.baselineEvents
        stableExposure += poll.baselineExposure
    }

    /// One window while baking, when there is no control group any more: the canary against the bake tolerance times an upper bound of
    /// stable's rate, which is anytime-valid and spends the family's alpha a second time at a hundredth.
    /// Where bursts are expected or measured it says nothing: without a control group they cannot be told from a regression.
    mutating func take(canaryEvents events: Double, exposure: Double, alpha: Double, _ settings: Settings, _ burstTest: BurstAwareTest) {
        canaryEvents += events
        canaryExposure += exposure
        guard stableExposure > 0, exposure > 0, current(burstTest).countsConditional(burstTest) else { return }
        let bound = RateBounds.upper(events: stableEvents, alpha: alpha * Self.boundShare) / stableExposure * settings.bakeTolerance
        let alternatives = settings.alternatives.map { $0 / settings.tolerance }
        guard let test = OneSampleTest(alternatives: alternatives), bound.isFinite else { return }
        var state = current(burstTest)
        state.observe(logFactors: test.logFactors(events: events, exposure: exposure, bound: bound), burstTest)
        self.state = state
    }

    /// The share of alpha that the upper bound of stable's rate takes; the test itself keeps the rest.
    private static let boundShare = 0.01

    /// The state so far. A policy with other alternatives than before begins anew.
    private func current(_ test: BurstAwareTest) -> BurstAwareComparison {
        if let state, state.fits(test) { return state }
        return BurstAwareComparison(test)
    }

    func isGuilty(alpha: Double) -> Bool { (state?.peakLogE ?? 0) >= threshold(alpha) }

    private func threshold(_ alpha: Double) -> Double { log(1 / (alpha * (1 - Self.boundShare))) }

    func signal(
        _ name: String, of what: String, unit: String, alpha: Double, _ moment: Moment, _ settings: Settings, _ test: BurstAwareTest,
        more: [String: JSONValue] = [:],
        obstacle: SignalReading? = nil
    ) -> Signal {
        let guilty = isGuilty(alpha: alpha)
        let canaryRate = quotient(canaryEvents, canaryExposure)
        let stableRate = quotient(stableEvents, stableExposure)
        var evidence: [String: JSONValue] = [
            "value": .figure(stableRate.flatMap { rate in canaryRate.flatMap { quotient($0, rate) } }),
            "canary": ["events": .figure(canaryEvents), "exposure": .figure(canaryExposure), "rate": .figure(canaryRate)],
            "stable": ["events": .figure(stableEvents), "exposure": .figure(stableExposure), "rate": .figure(stableRate)],
            "unit": .string(unit), "alpha": .figure(alpha), "threshold": .figure(threshold(alpha)),
            "logE": .figure(state?.logE(test) ?? 0), "peakLogE": .figure(state?.peakLogE ?? 0),
            "polls": .figure(Double(max(state?.conditional.polls ?? 0, state?.robust.polls ?? 0))),
            "tolerance": .figure(settings.tolerance), "lateOnset": .figure(settings.lateShare), "method": .string(method(test)),
        ]
        if test.bursts != .absent { evidence["bursts"] = burstEvidence(test) }
        if moment.baking { evidence["bakeTolerance"] = .figure(settings.bakeTolerance) }
        evidence.merge(more) { $1 }
        if guilty { return Signal(name: name, reading: .bool(true), evidence: .object(evidence)) }
        let reading = moment.obstacle(freshness, of: what, comparing: true) ?? obstacle ?? .bool(false)
        return Signal(name: name, reading: reading, evidence: .object(evidence))
    }

    private func method(_ test: BurstAwareTest) -> String {
        switch test.bursts {
        case .absent: "A1"
        case .expected: "A4"
        case .measured: state?.isBursty == true ? "A4 (bursts are measured)" : "A1 with A4 beside it"
        }
    }

    /// The burst coefficient of stable's rate from window to window, and what each of the two tests says by itself.
    private func burstEvidence(_ test: BurstAwareTest) -> JSONValue {
        [
            "policy": .string(test.bursts.rawValue), "coefficient": .figure(state?.burstCoefficient),
            "limit": .figure(BurstCoefficient.bursty), "bursty": .bool(state?.isBursty ?? false),
            "logEofA1": .figure(state?.conditional.logE(weights: test.rate.weights, lateShare: test.lateShare)),
            "logEofA4": .figure(state?.robust.logE(weights: test.robust.weights, lateShare: test.lateShare)),
            "shareOfA4": .figure(test.bursts == .expected ? 1 : BurstAwareTest.robustShare),
        ]
    }
}
