import DecisionReplay
public import PluginKit
import PolicyLanguage
import ReleaseController
public import ReleaseModel
import ReleaseStore
import RolloutEngine

/// Runs a script: the real engine and release loop, driven against a simulated store, data plane and clock.
public struct ScriptRunner {
    /// A scoring plugin that runs in this process, for scripts with a `load`.
    public struct Scoring: Sendable {
        public var descriptor: PluginDescriptor
        public var evaluate: @Sendable (EvaluateRequest) throws -> EvaluateResponse

        public init(descriptor: PluginDescriptor, evaluate: @escaping @Sendable (EvaluateRequest) throws -> EvaluateResponse) {
            self.descriptor = descriptor
            self.evaluate = evaluate
        }
    }

    /// When every script begins.
    public static let origin = Timestamp(rfc3339: "2026-01-01T00:00:00Z")!
    /// The most visits that one script may take.
    static let maximumVisits = 100_000

    let script: Script
    let scoring: Scoring?
    let prepared: PreparedPolicy
    var store: SimulatedStore
    var dataPlane = SimulatedDataPlane()
    var history = ScriptHistory()
    var now = ScriptRunner.origin
    private var term: Int64 = 1
    private var signals: [NamedReading] = []
    private var faults: [(fault: Script.Fault, until: Timestamp)] = []

    /// - Parameters:
    ///   - policy: the policy that the script names or spells out, already parsed.
    ///   - descriptors: the signals that the policy's tree may read.
    public init(_ script: Script, policy: Policy, descriptors: [SignalDescriptor], scoring: Scoring?) throws {
        self.script = script
        self.scoring = script.load == nil ? nil : scoring
        let evaluator = PreparedPolicy.Evaluator(use: policy.health, signals: descriptors)
        prepared = PreparedPolicy(
            engine: try RolloutEngine(policy: policy, signals: descriptors), metrics: policy.metrics.source, traffic: policy.traffic,
            evaluators: [evaluator])
        var quiet = policy
        quiet.logs = nil
        store = SimulatedStore(
            policy: quiet,
            target: Target(
                name: "simulated", plugin: policy.traffic.plugin, nodes: [TargetNode(name: "node", configuration: [:])],
                services: [
                    TargetService(name: "checkout", stable: "v41", revisions: [])
                ]))
    }

    /// Runs the script to its end and checks what it expects.
    ///
    /// - Throws: `ScriptError` for the first expectation that does not hold, with everything that was decided instead.
    public mutating func run() throws {
        let end = Self.origin + script.end
        var pending = script.happenings[...]
        var visits = 0
        while true {
            while let next = pending.first, Self.origin + next.at <= now {
                happen(next)
                pending = pending.dropFirst()
            }
            faults.removeAll { $0.until <= now }
            for index in store.releases.indices where store.isDue(index, at: now) {
                visits += 1
                guard visits <= Self.maximumVisits else {
                    throw ScriptError(script: script.name, line: 0, reason: "the script never comes to rest")
                }
                try visit(index)
            }
            history.observe(dataPlane, states: store.releases.map { ($0.release.id, $0.release.state) }, at: now)
            let next = [pending.first.map { Self.origin + $0.at }, store.nextDue].compactMap(\.self).filter { $0 > now }.min()
            let isIdle = store.releases.indices.allSatisfy { !store.isDue($0, at: now) }
            if isIdle {
                guard let next, next <= end else { break }
                now = next
            }
        }
        try history.check(script, decided: store.decided)
    }

    /// What was decided, each with the evidence that it rests on.
    public var recorded: [(release: ReleaseID, decision: Decision, evidence: [UInt8]?)] {
        store.decided.map { ($0.release, $0.decision, $0.evidence) }
    }

    /// The policy that the evidence names.
    public var policy: Policy { store.policy }

    private mutating func happen(_ happening: Script.Happening) {
        switch happening.kind {
        case .start(let line): store.start(line, now: now)
        case .signals(let readings):
            for reading in readings {
                signals.removeAll { $0.name == reading.name }
                signals.append(reading)
            }
        case .command(let command): store.enqueue(command, at: now)
        case .fault(let fault, let until): faults.append((fault, Self.origin + until))
        case .drift(let weight): dataPlane.edit(canary: weight)
        case .crash: term += 1
        }
    }

    private func has(_ fault: Script.Fault) -> Bool { faults.contains { $0.fault == fault } }

    /// One visit of the release's loop, its actions performed on the simulated world.
    private mutating func visit(_ index: Int) throws {
        var loop = ReleaseLoop(
            lease: Lease(release: store.releases[index].release.id, controller: "script", term: term, expiresAt: now + .seconds(60)))
        var input = LoopInput.start
        while true {
            switch try loop.handle(input) {
            case .load: input = .loaded(store.record(index, now: now), prepared)
            case .claimEffects: input = .claimed(store.claim(index, now: now), now: now)
            case .apply(let plan, _, _): input = .applied([apply(plan)], now: now)
            case .recordOutcome(let effect, let result, _):
                store.recordOutcome(index, effect: effect, result: result, now: now)
                input = .recorded
            case .read: input = .read([read()], now: now)
            case .collect(_, let request, _, _): input = .collected(collect(request))
            case .evaluate(let calls): input = .evaluated(calls.map(evaluate))
            case .commit(let commit): input = .committed(try store.commit(index, commit, now: now), now: now)
            case .rest(let until):
                store.rest(index, until: until)
                return
            }
        }
    }

    private mutating func apply(_ plan: TrafficPlan) -> NodeReport {
        let response = dataPlane.apply(plan, isAvailable: !has(.apply), isDraining: has(.draining))
        let weight = plan.arms.first { $0.name == Arm.canary }?.weight ?? .zero
        history.effects.append(.init(time: now, canary: weight, ok: response.applied))
        return NodeReport(node: "node", observed: response.observed, problem: response.applied ? nil : response.reason)
    }

    private func read() -> NodeReport {
        has(.read)
            ? NodeReport(node: "node", observed: nil, problem: "cannot be read")
            : NodeReport(node: "node", observed: dataPlane.observe(isDraining: has(.draining)), problem: nil)
    }

    private func collect(_ request: CollectRequest) -> CollectedWindow {
        if has(.metrics) { return CollectedWindow(result: nil, queries: [], logs: [], problems: ["the metrics store cannot be reached"]) }
        let metrics = SimulatedMetrics(load: script.load, origin: Self.origin)
        return CollectedWindow(result: metrics.collect(request), queries: [], logs: [], problems: [])
    }

    private func evaluate(_ call: EvaluatorCall) -> EvaluatorAnswer {
        let identity = PluginIdentity(name: call.plugin, version: "1", sha256: "")
        if has(.plugin(call.plugin)) { return EvaluatorAnswer(plugin: identity, output: nil, failure: "crashed") }
        if let scoring {
            do {
                let response = try scoring.evaluate(EvaluateRequest(inputs: [call.input]))
                return EvaluatorAnswer(plugin: identity, output: response.outputs.first, failure: nil)
            } catch {
                return EvaluatorAnswer(plugin: identity, output: nil, failure: "\(error)")
            }
        }
        let requests = (call.input.state?["requests"]?.number ?? 0) + call.input.samples.canaryRequests
        let isCollected = call.input.problems.isEmpty
        var readings = signals.map { Signal(name: $0.name, reading: isCollected ? $0.reading : .missing("no samples")) }
        if isCollected, !signals.contains(where: { $0.name == "samples" }) {
            readings.append(Signal(name: "samples", reading: .number(requests)))
        }
        return EvaluatorAnswer(
            plugin: identity,
            output: EvaluationOutput(
                release: call.input.release, signals: readings, sinceMark: call.input.mark == nil ? [] : readings,
                state: ["requests": .number(requests)]),
            failure: nil)
    }
}

extension [Sample] {
    /// How much the canary's request counter grew.
    fileprivate var canaryRequests: Double {
        reduce(0) { total, sample in
            guard sample.metric == Metric.requests, sample.arm == Arm.canary, case .delta(let value) = sample.value else { return total }
            return total + value
        }
    }
}
