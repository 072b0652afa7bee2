internal import Foundation
internal import ReleaseModel
internal import Statistics

/// Long GC pauses: per instance-second for the verdict, and per instance, halving with time, for the score.
struct PauseJudge: Codable {
    private struct Instance: Codable {
        var name: String
        var weight: DecayingCount
        var seen: Double
    }

    private(set) var arms = ArmFamily<Comparison>()
    private var canary: [Instance] = []
    private var stable: [Instance] = []
    /// Whether a side ever had a series of pauses.
    private var canaryHad = false
    private var stableHad = false
    /// How long pauses were counted last.
    private var method: String?
    /// End of the last window in which an arm's runtime published no pauses, and why there is nothing to judge then.
    private var leftOut: LeftOut?

    private struct LeftOut: Codable {
        var time: Double
        var reason: String
    }

    mutating func take(_ window: PollWindow, _ settings: Settings) {
        let present = Side.allCases.filter { side in window[side].contains { $0.pauses != nil } }
        if present.contains(.canary) { canaryHad = true }
        if present.contains(.stable) { stableHad = true }
        noteUnmeasured(window)
        var stableSum: (pauses: Double, seconds: Double)?
        var sums: [String: (pauses: Double, seconds: Double)] = [:]
        for side in Side.allCases {
            let had = side == .canary ? canaryHad : stableHad
            // A runtime makes the series at its first pause. An arm that never had one, beside an arm that has, did not pause; an arm
            // that had some and has none now has lost its data.
            guard present.contains(side) || (!had && !present.isEmpty) else { continue }
            let counted = window[side].filter { $0.isWarm && !$0.hasUnmeasuredPauses && ($0.pauses != nil || !$0.hadPauses) }
            guard !counted.isEmpty else { continue }
            arms.freshness[side] = window.end
            for instance in counted {
                let long = longPauses(of: instance.pauses, settings)
                note(instance, long, side, window.end, settings)
                if side == .stable {
                    stableSum = ((stableSum?.pauses ?? 0) + long, (stableSum?.seconds ?? 0) + window.seconds)
                } else {
                    let sum = sums[instance.arm] ?? (0, 0)
                    sums[instance.arm] = (sum.pauses + long, sum.seconds + window.seconds)
                }
            }
        }
        forget(before: window.end)
        compare(sums, stableSum, window, settings)
    }

    private mutating func compare(
        _ sums: [String: (pauses: Double, seconds: Double)], _ stable: (pauses: Double, seconds: Double)?, _ window: PollWindow,
        _ settings: Settings
    ) {
        let test = settings.pauseTest(arms: window.arms.count)
        for arm in window.arms {
            guard let canary = sums[arm] else { continue }
            arms.update(arm) { comparison in
                if let stable {
                    comparison.take(
                        RatePoll(
                            canaryEvents: canary.pauses, canaryExposure: canary.seconds, baselineEvents: stable.pauses,
                            baselineExposure: stable.seconds), test)
                } else if window.baking {
                    comparison.take(
                        canaryEvents: canary.pauses, exposure: canary.seconds, season: [],
                        alpha: settings.alpha(.gc) / Double(window.arms.count), settings, test)
                }
            }
        }
        arms.settle(alpha: settings.alpha(.gc), arms: window.arms.count)
    }

    /// An arm that never had a pause and whose instances all say that their runtime publishes none cannot be judged; nothing of it is
    /// missing either.
    private mutating func noteUnmeasured(_ window: PollWindow) {
        for (side, had) in [(Side.canary, canaryHad), (.stable, stableHad)]
        where !had && !window[side].isEmpty && window[side].allSatisfy(\.hasUnmeasuredPauses) {
            leftOut = LeftOut(time: window.end, reason: "the runtime of \(side.rawValue) publishes no GC pauses")
            return
        }
    }

    /// Why pauses are no part of the judgement now; nil where they are.
    func leftOutReason(_ moment: Moment) -> String? { leftOut.flatMap { moment.isFresh($0.time) ? $0.reason : nil } }

    /// Pauses above the threshold, counted at the smallest edge at or above it, otherwise bounded by their number and their sum.
    private mutating func longPauses(of growth: PauseGrowth?, _ settings: Settings) -> Double {
        guard let growth else { return 0 }
        if let histogram = growth.histogram, let edge = histogram.edges.first(where: { $0 >= settings.pauseSeconds }),
            let long = histogram.exceedances(above: edge)
        {
            method = "counted above the histogram edge \(edge) s"
            return long
        }
        method = "bounded by min(count, floor(sum / \(settings.pauseSeconds) s)), for want of a histogram edge"
        return min(growth.count, (growth.sumSeconds / settings.pauseSeconds).rounded(.down))
    }

    private mutating func note(_ instance: InstanceFigures, _ long: Double, _ side: Side, _ now: Double, _ settings: Settings) {
        var list = side == .canary ? canary : stable
        let known = list.firstIndex { $0.name == instance.name }
        var entry = known.map { list[$0] } ?? Instance(name: instance.name, weight: DecayingCount(time: now), seen: now)
        if instance.restarted { entry.weight = DecayingCount(time: now) }
        entry.weight.add(long, at: now, halfLife: settings.pauseHalfLifeSeconds)
        entry.seen = now
        if let known { list[known] = entry } else if list.count < InstanceRegister.maximumInstances { list.append(entry) }
        list.sort { $0.name < $1.name }
        if side == .canary { canary = list } else { stable = list }
    }

    /// An instance that is silent for this long no longer counts for the score, nor for the state.
    private static let memorySeconds = 600.0

    private mutating func forget(before now: Double) {
        canary.removeAll { now - $0.seen > Self.memorySeconds }
        stable.removeAll { now - $0.seen > Self.memorySeconds }
    }

    /// The mean over the arm's instances of 100 * 2^(-w/2), w the decayed number of long pauses less the first, which is free.
    func partScore(_ side: Side, _ moment: Moment, _ settings: Settings) -> PartScore? {
        guard moment.isFresh(arms.freshness[side]) else { return nil }
        let instances = (side == .canary ? canary : stable).filter { moment.isFresh($0.seen) }
        guard !instances.isEmpty else { return nil }
        let weights = instances.map { $0.weight.value(at: moment.end, halfLife: settings.pauseHalfLifeSeconds) }
        let scores = weights.map { 100 * exp2(-max(0, $0 - 1) / 2) }
        return PartScore(
            score: scores.reduce(0, +) / Double(scores.count), value: weights.max(), samples: Double(instances.count),
            note: "value: decayed number of long pauses of the worst instance")
    }

    func signal(_ moment: Moment, _ settings: Settings) -> Signal {
        if let reason = leftOutReason(moment), !arms.isGuilty(alpha: settings.alpha(.gc)) {
            return Signal(name: "gc.guilty", reading: .bool(false), evidence: ["leftOut": .string(reason)])
        }
        return arms.signal("gc.guilty", of: "GC pauses past the warm-up", alpha: settings.alpha(.gc), moment) { comparison in
            var evidence = comparison.evidence(
                unit: "instance-seconds", moment, settings, settings.pauseTest(arms: arms.members.count))
            evidence["pauseSeconds"] = .figure(settings.pauseSeconds)
            if let method { evidence["counting"] = .string(method) }
            return evidence
        }
    }
}
