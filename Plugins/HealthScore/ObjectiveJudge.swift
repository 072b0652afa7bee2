internal import Foundation
internal import ReleaseModel
internal import Statistics

/// Burn rates of the canary's error budget, and whether it is the canary that burns it.
///
/// A breach needs, for one page rule of the SRE workbook (1 h and 5 min, or 6 h and 30 min, each cut to the data there is since the
/// judgement began): the canary's burn above the factor in both windows; stable's burn below half of it in one of them (otherwise the
/// budget was burning anyway); the minimum counts; and an e-process against the objective itself that has reached 1/alpha, so that a
/// canary that keeps its objective is called a breach with chance alpha at most.
struct ObjectiveJudge: Codable {
    /// Stable burning at least this share of the canary's rate burns it alike.
    static let alikeShare = 0.5

    private var windows = BurnWindows()
    private var total = BurnWindows.Counts()
    private var processes: [EProcess] = []
    /// Stable's last burn windows, for the time when it is gone for good.
    private var lastStable: [[Double]] = []
    private(set) var freshness = Freshness()

    mutating func take(_ window: PollWindow, _ settings: Settings) {
        func counts(_ instances: [InstanceFigures]) -> BurnWindows.Counts {
            instances.filter { $0.requests != nil && $0.errors != nil }.reduce(into: BurnWindows.Counts()) {
                $0.requests += $1.requests ?? 0
                $0.errors += $1.errors ?? 0
            }
        }
        let (canary, stable) = (counts(window.canary), counts(window.stable))
        windows.add(canary: canary, stable: stable, at: window.end)
        total.requests += canary.requests
        total.errors += canary.errors
        if canary.requests > 0 { freshness[.canary] = window.end }
        if stable.requests > 0 { freshness[.stable] = window.end }
        if !window.baking { lastStable = stableRatios(window.end) }
        guard let test = OneSampleTest() else { return }
        if processes.count != settings.objectives.count {
            processes = settings.objectives.map { _ in EProcess(alternatives: test.alternatives.count) }
        }
        guard canary.requests > 0 else { return }
        let weights = test.alternatives.map { _ in 1.0 }
        for (index, objective) in settings.objectives.enumerated() {
            let factors = test.logFactors(events: canary.errors, exposure: canary.requests, bound: 1 - objective.objective)
            processes[index].observe(logFactors: factors, weights: weights, lateShare: settings.lateShare)
        }
    }

    private static let rules: [(name: String, rule: BurnRateRule)] = [("fast", .pageFast), ("slow", .pageSlow)]

    /// For each rule: stable's error ratio over the long and the short window, -1 where it had no requests.
    private func stableRatios(_ now: Double) -> [[Double]] {
        Self.rules.map { _, rule in
            [rule.longSeconds, rule.shortSeconds].map { seconds in
                let stable = windows.sum(over: seconds, before: now).stable
                return quotient(stable.errors, stable.requests) ?? -1
            }
        }
    }

    private struct Burn {
        var long: Double
        var short: Double
        var stableLong: Double?
        var stableShort: Double?
        var requests: Double
        var errors: Double
        var factor: Double
        var lesser: Double { min(long, short) }

        var isAlike: Bool {
            guard let stableLong, let stableShort else { return false }
            return stableLong >= ObjectiveJudge.alikeShare * long && stableShort >= ObjectiveJudge.alikeShare * short
        }
    }

    private func burn(_ index: Int, _ objective: Settings.Objective, _ moment: Moment) -> Burn {
        let rule = Self.rules[index].rule
        let long = windows.sum(over: rule.longSeconds, before: moment.end)
        let short = windows.sum(over: rule.shortSeconds, before: moment.end)
        func rate(_ counts: BurnWindows.Counts) -> Double? {
            BurnRate.rate(errors: counts.errors, requests: counts.requests, objective: objective.objective)
        }
        func earlier(_ place: Int) -> Double? {
            guard moment.baking, index < lastStable.count, lastStable[index][place] >= 0 else { return nil }
            return lastStable[index][place] / (1 - objective.objective)
        }
        return Burn(
            long: rate(long.canary) ?? 0, short: rate(short.canary) ?? 0, stableLong: rate(long.stable) ?? earlier(0),
            stableShort: rate(short.stable) ?? earlier(1), requests: long.canary.requests, errors: long.canary.errors,
            factor: rule.factor(periodSeconds: objective.periodSeconds))
    }

    func signals(_ moment: Moment, _ settings: Settings) -> [Signal] {
        let alpha = settings.alpha(.slo) / Double(max(1, settings.objectives.count))
        var breached = false
        var (fast, slow, left) = (0.0, 0.0, 1.0)
        var objectives: [JSONValue] = []
        for (place, objective) in settings.objectives.enumerated() {
            let peak = place < processes.count ? processes[place].peakLogE : 0
            let burns = Self.rules.indices.map { burn($0, objective, moment) }
            let isProven = peak >= log(1 / alpha)
            breached =
                breached
                || burns.contains {
                    $0.lesser > $0.factor && !$0.isAlike && $0.requests >= objective.minimumRequests && $0.errors >= objective.minimumErrors
                        && isProven
                }
            fast = max(fast, burns[0].lesser)
            slow = max(slow, burns[1].lesser)
            let spent = BurnRate.rate(errors: total.errors, requests: total.requests, objective: objective.objective) ?? 0
            left = min(left, 1 - spent)
            objectives.append([
                "name": .string(objective.name), "objective": .figure(objective.objective),
                "periodSeconds": .figure(objective.periodSeconds),
                "budgetLeft": .figure(1 - spent), "peakLogE": .figure(peak), "threshold": .figure(log(1 / alpha)), "alpha": .figure(alpha),
                "rules": .array(zip(Self.rules, burns).map { Self.evidence($0.name, $1) }),
                "minimumRequests": .figure(objective.minimumRequests), "minimumErrors": .figure(objective.minimumErrors),
            ])
        }
        let evidence: JSONValue = [
            "objectives": .array(objectives), "requests": .figure(total.requests), "errors": .figure(total.errors),
        ]
        let obstacle: SignalReading? =
            settings.objectives.isEmpty ? .missing("no objective is set") : moment.obstacle(freshness, of: "requests", comparing: false)
        return [
            Signal(name: "slo.breached", reading: obstacle ?? .bool(breached), evidence: evidence),
            Signal(name: "slo.burn_fast", reading: obstacle ?? .figure(fast), evidence: ["value": .figure(fast)]),
            Signal(name: "slo.burn_slow", reading: obstacle ?? .figure(slow), evidence: ["value": .figure(slow)]),
            Signal(name: "slo.budget_left", reading: obstacle ?? .figure(left), evidence: ["value": .figure(left)]),
        ]
    }

    private static func evidence(_ name: String, _ burn: Burn) -> JSONValue {
        [
            "rule": .string(name), "factor": .figure(burn.factor), "long": .figure(burn.long), "short": .figure(burn.short),
            "stableLong": .figure(burn.stableLong), "stableShort": .figure(burn.stableShort), "alike": .bool(burn.isAlike),
            "requests": .figure(burn.requests), "errors": .figure(burn.errors),
        ]
    }
}
