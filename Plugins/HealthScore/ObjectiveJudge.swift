internal import Foundation
internal import ReleaseModel
internal import ServiceLevels
internal import Statistics

/// Burn rates of the canary's error budgets, and whether it is the canary that burns them.
///
/// A breach needs, for one page rule of an objective (as the SRE workbook has them 1 h and 5 min, or 6 h and 30 min; each cut to the data there is
/// since the judgement began): the canary's burn above the factor in both windows; stable's burn below half of it in one of them
/// (otherwise the budget was burning anyway); the minimum counts; and an e-process against the objective itself that has reached
/// 1/alpha, so that a canary that keeps its objective is called a breach with chance alpha at most. A policy may have the error rate above a
/// percentile of stable's instead (`RateHistory`).
struct ObjectiveJudge: Codable {
    private var indicators: [IndicatorCounts] = []
    private var processes: [EProcess] = []
    private var history: RateHistory?

    init() {}

    /// A state of a version that knew one indicator begins anew; burn rates need no more than the hours that come.
    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        indicators = try container.decodeIfPresent([IndicatorCounts].self, forKey: .indicators) ?? []
        processes = indicators.isEmpty ? [] : try container.decodeIfPresent([EProcess].self, forKey: .processes) ?? []
        history = try container.decodeIfPresent(RateHistory.self, forKey: .history)
    }

    private enum CodingKeys: String, CodingKey { case indicators, processes, history }

    mutating func take(_ window: PollWindow, _ settings: Settings) {
        let objectives = settings.levels.objectives
        guard let test = OneSampleTest() else { return }
        if processes.count != objectives.count { processes = objectives.map { _ in EProcess(alternatives: test.alternatives.count) } }
        var kinds = objectives.map(\.indicator)
        // The percentile is one of errors, whatever the objectives are.
        if case .percentile = settings.levels.breach { kinds.append(.errors) }
        let known = indicators
        indicators = []
        for kind in kinds where place(of: kind) == nil {
            indicators.append(known.first { $0.slowSeconds == kind.slowSeconds } ?? IndicatorCounts(kind))
        }
        let weights = test.alternatives.map { _ in 1.0 }
        for index in indicators.indices {
            let own = objectives.indices.filter { place(of: objectives[$0].indicator) == index }
            let lengths = Set(own.flatMap { (objectives[$0].page + objectives[$0].ticket).flatMap { [$0.longSeconds, $0.shortSeconds] } })
            let (canary, stable) = indicators[index].take(window, lengths: lengths.sorted())
            if case .percentile(let rule) = settings.levels.breach, indicators[index].slowSeconds == nil {
                history = history ?? RateHistory()
                history?.add(canary: canary, stable: stable, at: window.end, rule)
            }
            guard canary.requests > 0 else { continue }
            for place in own {
                let factors = test.logFactors(events: canary.errors, exposure: canary.requests, bound: objectives[place].budget)
                processes[place].observe(logFactors: factors, weights: weights, lateShare: settings.lateShare)
            }
        }
    }

    private func place(of indicator: Objective.Indicator) -> Int? {
        indicators.firstIndex { $0.slowSeconds == indicator.slowSeconds }
    }

    /// How fast one objective's budget burns by one rule.
    private func burn(_ rule: BurnRateRule, _ objective: Objective, _ counts: IndicatorCounts, _ moment: Moment) -> Burn {
        let long = counts.windows.sum(over: rule.longSeconds, before: moment.end).canary
        let short = counts.windows.sum(over: rule.shortSeconds, before: moment.end).canary
        func rate(_ counts: BurnWindows.Counts) -> Double {
            BurnRate.rate(errors: counts.errors, requests: counts.requests, objective: objective.objective) ?? 0
        }
        return Burn(
            rule: rule, long: rate(long), short: rate(short),
            stableLong: counts.stableRatio(over: rule.longSeconds, moment).map { $0 / objective.budget },
            stableShort: counts.stableRatio(over: rule.shortSeconds, moment).map { $0 / objective.budget }, requests: long.requests,
            errors: long.errors, factor: rule.factor(periodSeconds: objective.periodSeconds))
    }

    func signals(_ moment: Moment, _ settings: Settings) -> [Signal] {
        let alpha = settings.alpha(.slo) / Double(max(1, settings.levels.objectives.count))
        var findings: [ObjectiveFinding] = []
        for (place, objective) in settings.levels.objectives.enumerated() {
            guard let index = self.place(of: objective.indicator) else { continue }
            let counts = indicators[index]
            findings.append(
                ObjectiveFinding(
                    objective: objective, page: objective.page.map { burn($0, objective, counts, moment) },
                    ticket: objective.ticket.map { burn($0, objective, counts, moment) },
                    peak: place < processes.count ? processes[place].peakLogE : 0, alpha: alpha, counts: counts,
                    obstacle: moment.obstacle(counts.freshness, of: counts.subject, comparing: false)))
        }
        var breach = ObjectiveFinding.breach(findings)
        if case .percentile(let rule) = settings.levels.breach { breach = self.breach(rule, moment, settings) }
        return ObjectiveFinding.signals(findings, breach: breach)
    }

    /// The breach by the percentile of stable's error rate.
    private func breach(_ rule: BreachRule.Percentile, _ moment: Moment, _ settings: Settings) -> ObjectiveFinding.Breach {
        guard let finding = history?.finding(at: moment.end, rule), let index = place(of: .errors) else {
            return .init(reading: .missing("no window was judged yet"), evidence: [:])
        }
        let least = settings.levels.objectives.first { $0.indicator == .errors } ?? .standard
        let evidence = finding.evidence(rule)
        if finding.isBreach, finding.requests >= least.minimumRequests, finding.errors >= least.minimumErrors {
            return .init(reading: .bool(true), evidence: evidence)
        }
        if let obstacle = moment.obstacle(indicators[index].freshness, of: "requests", comparing: true) {
            return .init(reading: obstacle, evidence: evidence)
        }
        if finding.limit == nil {
            let reason = "stable has shown \(finding.stableMinutes) of the \(RateHistory.minimumMinutes) minutes that a percentile needs"
            return .init(reading: .missing(reason), evidence: evidence)
        }
        return .init(reading: .bool(false), evidence: evidence)
    }
}
