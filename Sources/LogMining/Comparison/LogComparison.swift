internal import ReleaseModel
internal import Foundation
internal import Statistics

/// The canary's log against the stable revision's, poll after poll: rolling state, versioned with what stores it, and bounded.
///
/// For every template that speaks of trouble an e-process (A1 of the project's statistics) weighs how often canary and stable wrote
/// it, given what both did meanwhile. H0 of a template: its rate on the canary is at most `tolerance` times that on stable. Given the
/// template's total of a poll, the canary's part is binomial under H0, so the process is an e-process whatever made us look at the
/// template: a new one enters with the poll in which it was first seen, by its counts and not by being new.
///
/// Combined: E = 0.1 E(all compared lines together) + 0.1 E(those of errors) + 0.8 * sum over k of E_k/(k(k+1)), k the order in which
/// templates were first seen (within one poll by identity, which knows nothing of arms), what is not yet bet counting as 1. The weights are fixed before
/// anything is seen and sum to one, so E is an e-process on the clock of polls: among healthy releases E reaches 1/alpha in at most
/// alpha of them, however often it is looked at, and however many templates there are.
///
/// While baking there is no control group: a template is tested against `bakeTolerance` times an anytime-valid upper bound of stable's
/// rate before (`OneSampleTest`); one that is new then begins with the next poll, since nothing is conditioned on its total.
public struct LogComparison: Sendable, Hashable, Codable {
    /// Templates with a process of their own; the lines of others count in the common one.
    public static let maximumTemplates = 200
    static let commonShare = 0.2
    static let bakeBoundAlpha = 0.001

    /// In the order in which they were first seen.
    private(set) var templates: [TrackedTemplate] = []
    private(set) var common: EProcess
    /// The lines that count as errors, so that many harmless warnings do not hide them; nil in state from before there was one.
    private(set) var commonErrors: EProcess?
    /// New error templates of both; they never weigh in the combined e-value. Nil in state from before there was one.
    private(set) var novelty: NoveltyRate?
    private(set) var commonCanary = 0
    private(set) var commonStable = 0
    private(set) var untracked = 0
    /// What both did since counts last came in.
    private var pendingCanary = Exposure()
    private var pendingStable = Exposure()
    /// What stable did altogether while its events were counted, for the bake.
    private(set) var stableExposure = Exposure()
    private var quiet = WindowCounts()
    private(set) var newestCanaryWindow: Timestamp?
    /// End of the last poll that brought lines of the canary; of the last one in which it may have been silent without reason.
    private(set) var canarySeen: Timestamp?
    private(set) var stableSeen: Timestamp?
    private(set) var canaryQuietSeen = false
    private(set) var silentSince: Timestamp?
    private(set) var comparedPolls = 0

    public init(settings: LogComparisonSettings) {
        common = EProcess(alternatives: settings.alternatives.count)
        commonErrors = EProcess(alternatives: settings.alternatives.count)
        novelty = NoveltyRate(alternatives: settings.alternatives.count)
    }

    /// Takes one poll in. `baseline` gives stable's rates for the bake where this comparison began too late to know them.
    public mutating func observe(_ poll: LogPoll, settings: LogComparisonSettings, baseline: LogComparison? = nil) {
        let tally = PollTally(poll, settings: settings)
        noteSilence(tally, poll, settings)
        pendingCanary += tally.canary
        pendingStable += tally.stable
        guard tally.hasLines else { return }
        let new = register(tally.events, settings)
        observeNovelty(new, poll, settings)
        compare(tally, poll, settings, baseline: baseline ?? self)
        for event in tally.events { count(event) }
        noteWindows(tally)
        pendingCanary = Exposure()
        pendingStable = Exposure()
    }

    // MARK: What is seen

    private mutating func noteSilence(_ tally: PollTally, _ poll: LogPoll, _ settings: LogComparisonSettings) {
        if tally.stableLines > 0 { stableSeen = poll.windowEnd }
        if tally.canary.quietLines > 0 { canaryQuietSeen = true }
        if tally.canaryLines > 0 {
            // After a gap in the log, what was done meanwhile says nothing about the events that come now.
            if let silentSince, poll.windowStart - silentSince > settings.silence {
                pendingCanary = Exposure()
                pendingStable = Exposure()
            }
            canarySeen = poll.windowEnd
            silentSince = nil
        } else if poll.canaryRequests ?? 1 > 0, silentSince == nil {
            silentSince = poll.windowStart
        }
    }

    /// - Returns: the events of templates that were never seen before.
    private mutating func register(_ events: [TemplateTally], _ settings: LogComparisonSettings) -> [TemplateTally] {
        var new: [TemplateTally] = []
        for event in events {
            if let index = index(of: event.sample.template) {
                templates[index].text = event.sample.text
                if templates[index].line == nil { templates[index].line = event.line }
            } else if templates.count < Self.maximumTemplates {
                var template = TrackedTemplate(event.sample, alternatives: settings.alternatives.count)
                template.line = event.line
                templates.append(template)
                new.append(event)
            }
        }
        return new
    }

    private mutating func count(_ event: TemplateTally) {
        commonCanary += event.canary
        commonStable += event.stable
        guard let index = index(of: event.sample.template) else {
            untracked += event.canary + event.stable
            return
        }
        templates[index].canary += event.canary
        templates[index].stable += event.stable
        for window in event.canaryWindows { templates[index].recent.add(window.count, start: window.start) }
    }

    private mutating func noteWindows(_ tally: PollTally) {
        for window in tally.quietWindows { quiet.add(window.count, start: window.start) }
        if let newest = tally.newestCanaryWindow { newestCanaryWindow = max(newest, newestCanaryWindow ?? newest) }
    }

    /// A template that both wrote in the poll in which it was first seen is nobody's.
    private mutating func observeNovelty(_ new: [TemplateTally], _ poll: LogPoll, _ settings: LogComparisonSettings) {
        guard !poll.baking, stableSeen != nil || !canaryQuietSeen else { return }
        let kind = Exposure.kind(canary: pendingCanary, stable: pendingStable)
        guard pendingCanary[kind] > 0, pendingStable[kind] > 0 else { return }
        let errors = new.filter(\.isError)
        novelty?.observe(
            errors.count { $0.stable == 0 }, errors.count { $0.canary == 0 }, canaryExposure: pendingCanary[kind],
            stableExposure: pendingStable[kind], settings: settings)
    }

    func index(of template: String) -> Int? { templates.firstIndex { $0.id == template } }

    // MARK: Evidence

    private mutating func compare(_ tally: PollTally, _ poll: LogPoll, _ settings: LogComparisonSettings, baseline: LogComparison) {
        if poll.baking {
            compareBaking(tally, settings, baseline: baseline)
            return
        }
        // A canary that writes harmless lines beside a stable revision that writes none at all: stable's log does not arrive here.
        if stableSeen == nil && canaryQuietSeen { return }
        stableExposure += pendingStable
        let kind = Exposure.kind(canary: pendingCanary, stable: pendingStable)
        let (canary, stable) = (pendingCanary[kind], pendingStable[kind])
        guard canary > 0, stable > 0 else { return }
        comparedPolls += 1
        let test = settings.ratioTest
        func factors(_ canaryEvents: Int, _ stableEvents: Int) -> [Double] {
            test.logFactors(
                of: RatePoll(
                    canaryEvents: Double(canaryEvents), canaryExposure: canary, baselineEvents: Double(stableEvents),
                    baselineExposure: stable))
        }
        var all = (canary: 0, stable: 0)
        for event in tally.events {
            all = (all.canary + event.canary, all.stable + event.stable)
            guard let index = index(of: event.sample.template) else { continue }
            templates[index].process.observe(
                logFactors: factors(event.canary, event.stable), weights: test.weights, lateShare: settings.lateOnset)
        }
        guard all.canary + all.stable > 0 else { return }
        common.observe(logFactors: factors(all.canary, all.stable), weights: test.weights, lateShare: settings.lateOnset)
        let errors = tally.errors
        guard errors.canary + errors.stable > 0 else { return }
        commonErrors?.observe(logFactors: factors(errors.canary, errors.stable), weights: test.weights, lateShare: settings.lateOnset)
    }

    private mutating func compareBaking(_ tally: PollTally, _ settings: LogComparisonSettings, baseline: LogComparison) {
        let kind: Exposure.Kind = baseline.stableExposure.requests > 0 ? .requests : .quietLines
        let (exposure, past) = (pendingCanary[kind], baseline.stableExposure[kind])
        guard exposure > 0, past > 0 else { return }
        comparedPolls += 1
        let test = settings.bakeTest
        let weights = settings.ratioTest.weights
        func factors(_ events: Int, stableEvents: Int) -> [Double] {
            let bound = settings.bakeTolerance * RateBounds.upper(events: Double(stableEvents), alpha: Self.bakeBoundAlpha) / past
            return test.logFactors(events: Double(events), exposure: exposure, bound: bound)
        }
        for index in templates.indices where templates[index].canary + templates[index].stable > 0 {
            let template = templates[index]
            let events = tally.events.first { $0.sample.template == template.id }?.canary ?? 0
            let stableEvents = baseline.templates.first { $0.id == template.id }?.stable ?? 0
            templates[index].process.observe(
                logFactors: factors(events, stableEvents: stableEvents), weights: weights, lateShare: settings.lateOnset)
        }
        common.observe(
            logFactors: factors(tally.events.reduce(0) { $0 + $1.canary }, stableEvents: baseline.commonStable), weights: weights,
            lateShare: settings.lateOnset)
        let stableErrors = baseline.templates.reduce(0) { $1.isError ? $0 + $1.stable : $0 }
        commonErrors?.observe(
            logFactors: factors(tally.errors.canary, stableEvents: stableErrors), weights: weights, lateShare: settings.lateOnset)
    }

    // MARK: What follows

    /// ln of the combined e-value.
    func logE(_ settings: LogComparisonSettings) -> Double {
        let (logE, shares) = family(settings)
        // The shares of templates not seen yet, 0.8/(K+1) in all, are not bet.
        return LogSpace.sum(zip(logE, shares).map { $0 + log($1) } + [log((1 - Self.commonShare) / Double(templates.count + 1))])
    }

    /// ln E and share of every process: the templates in their order, then what they have in common.
    private func family(_ settings: LogComparisonSettings) -> (logE: [Double], shares: [Double]) {
        let weights = settings.ratioTest.weights
        let processes = templates.map(\.process) + [common] + [commonErrors].compactMap(\.self)
        let common = commonErrors == nil ? [Self.commonShare] : [Self.commonShare / 2, Self.commonShare / 2]
        return (
            processes.map { $0.logE(weights: weights, lateShare: settings.lateOnset) }, templates.indices.map(Self.share) + common
        )
    }

    /// For each template whether it is guilty at `falseRollback` over all of them and all looks.
    func guilt(_ settings: LogComparisonSettings) -> [Bool] {
        let (logE, shares) = family(settings)
        return FamilywiseGuilt.adjusted(logE: logE, shares: shares).prefix(templates.count).map { $0 >= log(1 / settings.falseRollback) }
    }

    /// The share of the wealth of the template that was first seen as number `index` (from 0).
    static func share(_ index: Int) -> Double { (1 - commonShare) / (Double(index + 1) * Double(index + 2)) }

    /// The error templates whose canary counts are a burst now.
    func bursts(_ settings: LogComparisonSettings) -> [TrackedTemplate] {
        guard let newest = newestCanaryWindow else { return [] }
        let rule = BurstRule(factor: settings.burstFactor, count: settings.burstCount)
        return templates.filter { $0.isError && rule.holds(for: $0.recent, quiet: quiet, newest: newest) }
    }

    /// The error templates that the canary wrote and stable never did.
    var newErrors: [TrackedTemplate] { templates.filter { $0.isError && $0.canary > 0 && $0.stable == 0 } }
}
