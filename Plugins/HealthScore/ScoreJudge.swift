internal import ReleaseModel
internal import Statistics

/// The score of both arms over the rolling window, and the totals since the judgement began for the bound of the drop.
struct ScoreJudge: Codable {
    /// A stable part as it was last seen, for the time when stable is gone for good.
    private struct Kept: Codable {
        var part: Part
        var score: Double
        var value: Double?
        var samples: Double
    }

    private var canaryRolling = RollingTally()
    private var stableRolling = RollingTally()
    private(set) var canaryTotal = Tally()
    private(set) var stableTotal = Tally()
    private var lastStable: [Kept] = []

    mutating func take(_ window: PollWindow, _ settings: Settings) {
        let (canary, stable) = (Tally(window.canary), Tally(window.stable))
        canaryRolling.add(canary, at: window.end, windowSeconds: settings.windowSeconds)
        stableRolling.add(stable, at: window.end, windowSeconds: settings.windowSeconds)
        canaryTotal.add(canary)
        stableTotal.add(stable)
    }

    /// Keeps stable's parts as they are now; those that are not there now stay as they were.
    mutating func keepStable(_ parts: [(part: Part, score: PartScore)]) {
        for (part, score) in parts {
            lastStable.removeAll { $0.part == part }
            lastStable.append(Kept(part: part, score: score.score, value: score.value, samples: score.samples))
        }
        lastStable.sort { $0.part.rawValue < $1.part.rawValue }
    }

    /// Stable's parts that are missing now, as they were last seen.
    func kept(besides parts: [(part: Part, score: PartScore)]) -> [(part: Part, score: PartScore)] {
        lastStable.filter { kept in !parts.contains { $0.part == kept.part } }.map {
            ($0.part, PartScore(score: $0.score, value: $0.value, samples: $0.samples, note: "as last seen"))
        }
    }

    /// The quantile of an arm's latency in the rolling window; nil with too few requests or without edges.
    private func quantile(_ side: Side, _ moment: Moment, _ settings: Settings) -> (value: Double, bounded: Bool, count: Double)? {
        let tally = (side == .canary ? canaryRolling : stableRolling).sum(at: moment.end, windowSeconds: settings.windowSeconds)
        guard let histogram = tally.latency, histogram.count >= settings.minimumRequests else { return nil }
        return histogram.quantile(settings.quantile).map { ($0.value, $0.bounded, histogram.count) }
    }

    /// Where the latency part is 0, for both arms alike.
    func latencyScale(_ moment: Moment, _ settings: Settings) -> Double {
        let stable = quantile(.stable, moment, settings)?.value ?? lastStable.first { $0.part == .latency }?.value
        return Formulas.latencyScale(stableQuantile: stable, settings)
    }

    func latency(_ side: Side, _ moment: Moment, _ settings: Settings) -> PartScore? {
        guard let quantile = quantile(side, moment, settings) else { return nil }
        return PartScore(
            score: Formulas.latency(quantile: quantile.value, scale: latencyScale(moment, settings)), value: quantile.value,
            samples: quantile.count,
            note: quantile.bounded
                ? "value: the quantile in seconds" : "value: the quantile in seconds, at least; it lies above the last edge")
    }

    func errors(_ side: Side, _ moment: Moment, _ settings: Settings) -> PartScore? {
        let tally = (side == .canary ? canaryRolling : stableRolling).sum(at: moment.end, windowSeconds: settings.windowSeconds)
        guard tally.requests >= settings.minimumRequests, let ratio = quotient(tally.errors, tally.requests) else { return nil }
        return PartScore(score: Formulas.errors(ratio: ratio), value: ratio, samples: tally.requests, note: "value: errors per request")
    }
}
