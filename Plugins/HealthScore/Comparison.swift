internal import Foundation
internal import ReleaseModel
internal import Statistics

/// The comparison of one rate, canary against stable, over all windows of a judgement: an e-process with its totals.
struct Comparison: Codable {
    private var process: EProcess?
    private var canaryEvents = 0.0
    private var canaryExposure = 0.0
    private var stableEvents = 0.0
    private var stableExposure = 0.0
    var freshness = Freshness()

    /// One window with both sides.
    mutating func take(_ poll: RatePoll, _ settings: Settings) {
        let test = settings.rateTest
        bet(test.logFactors(of: poll), settings)
        canaryEvents += poll.canaryEvents
        canaryExposure += poll.canaryExposure
        stableEvents += poll.baselineEvents
        stableExposure += poll.baselineExposure
    }

    /// One window while baking, when there is no control group any more: the canary against the bake tolerance times an upper bound of
    /// stable's rate, which is anytime-valid and spends the family's alpha a second time at a hundredth.
    mutating func take(canaryEvents events: Double, exposure: Double, alpha: Double, _ settings: Settings) {
        canaryEvents += events
        canaryExposure += exposure
        guard stableExposure > 0, exposure > 0 else { return }
        let bound = RateBounds.upper(events: stableEvents, alpha: alpha * Self.boundShare) / stableExposure * settings.bakeTolerance
        let alternatives = settings.alternatives.map { $0 / settings.tolerance }
        guard let test = OneSampleTest(alternatives: alternatives), bound.isFinite else { return }
        bet(test.logFactors(events: events, exposure: exposure, bound: bound), settings)
    }

    /// The share of alpha that the upper bound of stable's rate takes; the test itself keeps the rest.
    private static let boundShare = 0.01

    private mutating func bet(_ factors: [Double], _ settings: Settings) {
        var current = process ?? EProcess(alternatives: factors.count)
        guard current.logWealth.count == factors.count else { return }
        current.observe(logFactors: factors, weights: settings.rateTest.weights, lateShare: settings.lateShare)
        process = current
    }

    func isGuilty(alpha: Double) -> Bool { (process?.peakLogE ?? 0) >= threshold(alpha) }

    private func threshold(_ alpha: Double) -> Double { log(1 / (alpha * (1 - Self.boundShare))) }

    func signal(
        _ name: String, of what: String, unit: String, alpha: Double, _ moment: Moment, _ settings: Settings,
        more: [String: JSONValue] = [:],
        obstacle: SignalReading? = nil
    ) -> Signal {
        let guilty = isGuilty(alpha: alpha)
        let weights = settings.rateTest.weights
        let canaryRate = quotient(canaryEvents, canaryExposure)
        let stableRate = quotient(stableEvents, stableExposure)
        var evidence: [String: JSONValue] = [
            "value": .figure(stableRate.flatMap { rate in canaryRate.flatMap { quotient($0, rate) } }),
            "canary": ["events": .figure(canaryEvents), "exposure": .figure(canaryExposure), "rate": .figure(canaryRate)],
            "stable": ["events": .figure(stableEvents), "exposure": .figure(stableExposure), "rate": .figure(stableRate)],
            "unit": .string(unit), "alpha": .figure(alpha), "threshold": .figure(threshold(alpha)),
            "logE": .figure(process?.logE(weights: weights, lateShare: settings.lateShare) ?? 0),
            "peakLogE": .figure(process?.peakLogE ?? 0), "polls": .figure(Double(process?.polls ?? 0)),
            "tolerance": .figure(settings.tolerance), "lateOnset": .figure(settings.lateShare), "method": "A1",
        ]
        if moment.baking { evidence["bakeTolerance"] = .figure(settings.bakeTolerance) }
        evidence.merge(more) { $1 }
        if guilty { return Signal(name: name, reading: .bool(true), evidence: .object(evidence)) }
        let reading = moment.obstacle(freshness, of: what, comparing: true) ?? obstacle ?? .bool(false)
        return Signal(name: name, reading: reading, evidence: .object(evidence))
    }
}
