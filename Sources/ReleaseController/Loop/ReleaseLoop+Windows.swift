import DecisionReplay
import PluginKit
import ReleaseModel
import ReleaseStore
import RolloutEngine

extension ReleaseLoop {
    /// The rolling state under which the loop keeps its own cursor.
    static let cursorName = "controller"

    /// The next window, if its samples have surely arrived by now.
    func dueWindow() -> Window? {
        guard let record, let began = state.beganAt else { return nil }
        let metrics = record.policy.metrics
        let last = record.lastWindowEnd ?? began
        let step = max(pollInterval.microseconds, 1)
        let newest = now - metrics.lag
        var end = Self.windowEnd(after: last, pollInterval)
        guard end <= newest else { return nil }
        if (newest - last).microseconds / step > Self.maximumWindowsBehind {
            end = Timestamp(microseconds: newest.microseconds / step * step)
        }
        return Window(start: judgedThrough ?? last, end: end)
    }

    /// Windows end at multiples of their length, so that releases which look at the same metrics look at the same time. The first one is up to half
    /// longer or shorter for it, so that none is nearly empty.
    static func windowEnd(after last: Timestamp, _ length: TimeSpan) -> Timestamp {
        let step = max(length.microseconds, 1)
        return Timestamp(microseconds: ((last.microseconds + step / 2) / step + 1) * step)
    }

    /// The length of a poll window: the policy's, and where instances are scraped less often than that, the scrape interval as it was
    /// observed, so that no window is empty by construction.
    var pollInterval: TimeSpan {
        guard let record else { return .zero }
        let every = record.policy.metrics.every
        guard let scraped = record.rolling.first(where: { $0.plugin == Self.cursorName })?.state["shortestWindow"]?.number else {
            return every
        }
        // A scrape comes a little early or late; a window that is shorter by no more than that is left as it is.
        if every.seconds * Self.scrapeTolerance >= scraped { return every }
        // Whole seconds, so that releases that are scraped alike have the same windows whatever each of them measured.
        let whole = scraped.rounded()
        let length = scraped < 1 ? scraped : scraped <= whole * Self.scrapeTolerance ? whole : scraped.rounded(.up)
        return min(.seconds(length), max(Self.longestPollInterval, every))
    }

    /// Advice where the policy's interval was too short.
    func intervalNote(_ collected: CollectedWindow) -> String? {
        guard let every = record?.policy.metrics.every, let scraped = collected.result?.shortestWindow,
            every.seconds * Self.scrapeTolerance < scraped.seconds
        else { return nil }
        return
            "the policy looks at metrics every \(every), and instances are scraped every \(scraped): windows are made that long, so that "
            + "none is empty; write every: \(Int(scraped.seconds.rounded(.up)))s, or scrape more often"
    }

    /// Where the last window ended whose samples were used up.
    var judgedThrough: Timestamp? {
        guard let record else { return nil }
        return record.rolling.first { $0.plugin == Self.cursorName }?.state["judgedThrough"]?.string.flatMap(Timestamp.init(rfc3339:))
    }

    /// When something is due next; nil when only a command or an effect can change anything.
    func nextDue() -> Timestamp? {
        guard let record, !state.state.isFinal else { return nil }
        // Looked at again until its plugins are there.
        if state.state == .pending { return policy?.problem == nil ? nil : now + Self.heldRetryInterval }
        var due: [Timestamp] = []
        if let began = state.beganAt {
            let last = batch.poll?.windowEnd ?? window?.end ?? record.lastWindowEnd ?? began
            due.append(Self.windowEnd(after: last, pollInterval) + record.policy.metrics.lag)
        }
        if state.state.isRetreating, state.zeroObservedAt == nil { due.append(now + Self.retreatReadInterval) }
        if let approval = state.approval, state.state == .awaitingApproval { due.append(approval.expiresAt) }
        due += record.pendingEffects.filter { $0.kind == EffectKind.setWeights }.compactMap(\.nextAttemptAt)
        return due.min()
    }

    mutating func read(_ reports: [NodeReport]) -> LoopAction {
        if let observation = Self.combine(reports) {
            feed(.observed(observation), details: { _ in ["nodes": Self.json(reports)] })
        } else {
            let problems = reports.filter { $0.observed == nil }.map { "node \($0.node): \($0.problem ?? "no answer")" }
            feed(.unreadable(reason: problems.joined(separator: "; ")))
        }
        if window != nil { return collectWindow() }
        return state == loadedState && batch.isEmpty ? .rest(until: nextDue()) : commit()
    }

    mutating func collectWindow() -> LoopAction {
        guard let record, let policy, let window else { preconditionFailure("a window is due before it is collected") }
        let metrics = policy.metrics
        func request(_ use: PluginUse) -> CollectRequest {
            CollectRequest(
                configuration: use.configuration, windowEnd: window.end,
                subjects: [
                    CollectSubject(
                        release: record.release.id, service: record.release.service, arms: currentArms,
                        state: record.rolling.first { $0.plugin == use.plugin }?.state)
                ])
        }
        // A retreat looks at the canary's own counter only.
        let further = state.state.isRetreating ? [] : policy.furtherMetrics
        let logs =
            record.policy.logs == nil
            ? nil
            : LogQuery(
                service: record.release.service, arms: currentArms, after: window.start, through: window.end,
                sequences: record.policy.logs?.configuration["sequences"]?.array?.isEmpty == false)
        return .collect(
            policy, request(metrics), logs: logs, probes: probeRequest(window, policy),
            further: further.map { FurtherCollection(plugin: $0.plugin, request: request($0)) })
    }

    /// The same window for the plugin that asks the arms itself.
    private func probeRequest(_ window: Window, _ policy: PreparedPolicy) -> CollectRequest? {
        guard let record, let probes = policy.probes, !state.state.isRetreating else { return nil }
        let service = record.target.services.first { $0.name == record.release.service }
        let servers = currentArms.map { arm in
            ArmServers(arm: arm.name, servers: service?.revisions.first { $0.name == arm.revision }?.servers ?? [])
        }
        return CollectRequest(
            configuration: probes.configuration, windowEnd: window.end,
            subjects: [
                CollectSubject(
                    release: record.release.id, service: record.release.service, arms: currentArms,
                    state: record.rolling.first { $0.plugin == probes.plugin }?.state, servers: servers)
            ])
    }

    /// The release's arms with the weights that are declared now.
    private var currentArms: [Arm] {
        record?.release.arms.map { Arm(name: $0.name, revision: $0.revision, weight: state.declared[arm: $0.name]) } ?? []
    }

    mutating func collected(_ collected: CollectedWindow) -> LoopAction {
        guard let record, let policy, var window else { preconditionFailure("a window is collected before it is judged") }
        window.collected = collected
        window.service = record.release.service
        window.arms = currentArms
        let samples = ((collected.result?.samples ?? []) + (collected.probes?.samples ?? [])).map(\.asCohort)
        let logs = collected.logs.map(\.asCohort)
        let steps = collected.steps?.map(\.asCohort)
        if state.state.isRetreating {
            self.window = window
            return judged(signals: [], sinceMark: [], answers: [])
        }
        window.inputs = policy.evaluators.map { evaluator in
            EvaluatorCall(
                plugin: evaluator.use.plugin,
                input: EvaluationInput(
                    release: record.release.id, service: record.release.service, configuration: evaluator.use.configuration,
                    state: record.rolling.first { $0.plugin == evaluator.use.plugin }?.state, arms: currentArms,
                    samples: samples, logs: logs, steps: steps, problems: collected.problems,
                    windowStart: window.start, windowEnd: window.end, warmUp: record.policy.warmUp, mark: state.observation?.since,
                    baking: state.state == .baking))
        }
        self.window = window
        return .evaluate(window.inputs)
    }

    mutating func evaluated(_ answers: [EvaluatorAnswer]) -> LoopAction {
        guard let policy else { preconditionFailure("a window is collected before it is judged") }
        precondition(answers.count == policy.evaluators.count, "each evaluator gives one answer")
        var signals: [Signal] = []
        var sinceMark: [Signal] = []
        for (answer, evaluator) in zip(answers, policy.evaluators) {
            if let output = answer.output {
                signals += output.signals
                sinceMark += output.sinceMark
            } else {
                let failed = evaluator.signals.map {
                    Signal(name: $0.name, reading: .failed("plugin \(answer.plugin.name): \(answer.failure ?? "no answer")"))
                }
                signals += failed
                sinceMark += failed
            }
        }
        return judged(signals: signals, sinceMark: sinceMark, answers: answers)
    }

    /// The window is judged: let the engine act on it, and use it up if everything about it was there.
    private mutating func judged(signals: [Signal], sinceMark: [Signal], answers: [EvaluatorAnswer]) -> LoopAction {
        guard let policy, let window, let collected = window.collected else {
            preconditionFailure("a window is collected before it is judged")
        }
        let evaluation = RolloutEvent.Evaluation(
            windowStart: window.start, windowEnd: window.end, signals: signals, sinceMark: sinceMark,
            canaryRequests: Self.canaryRequests(collected))
        feed(.evaluated(evaluation), details: { $0.details(of: window, answers: answers) })

        if let result = collected.result, collected.problems.isEmpty, answers.allSatisfy({ $0.output != nil }) {
            batch.rolling.append(
                RollingState(plugin: policy.metrics.plugin, version: "", state: result.state))
            for answer in answers {
                guard let output = answer.output else { continue }
                batch.rolling.append(RollingState(plugin: answer.plugin.name, version: answer.plugin.version, state: output.state))
            }
            batch.rolling += collected.further.map { RollingState(plugin: $0.plugin, version: "", state: $0.state) }
            batch.rolling.append(RollingState(plugin: Self.cursorName, version: "1", state: cursor(window, result)))
        } else if let result = collected.result, result.problem != nil, result.samples.isEmpty {
            // Nothing was read, so the cursors stand where they were; what the plugin knows of its provider goes on.
            batch.rolling.append(RollingState(plugin: policy.metrics.plugin, version: "", state: result.state))
        }
        if let probes = policy.probes, let result = collected.probes {
            // Probes are sent once, whatever becomes of the window.
            batch.rolling.append(RollingState(plugin: probes.plugin, version: "", state: result.state))
        }
        batch.poll = PollRow(
            windowEnd: window.end, verdict: state.lastOutcome?.verdict, outcome: summary(signals: signals, collected: collected))
        return commit()
    }

    private func cursor(_ window: Window, _ result: CollectResult) -> JSONValue {
        var cursor: [String: JSONValue] = ["judgedThrough": .string(window.end.description)]
        // Tenths of a second: scrapes are not more regular than that.
        cursor["shortestWindow"] = result.shortestWindow.map { .number(($0.seconds * 10).rounded() / 10) }
        return .object(cursor)
    }

    /// Growth of the canary's own request counter, or nil when the window does not tell.
    static func canaryRequests(_ collected: CollectedWindow) -> Double? {
        guard let result = collected.result, collected.problems.isEmpty else { return nil }
        let deltas = result.samples.compactMap { sample -> Double? in
            guard sample.metric == Metric.requests, sample.arm != Arm.stable, case .delta(let value) = sample.value else { return nil }
            return value
        }
        return deltas.isEmpty ? nil : deltas.reduce(0, +)
    }
}
