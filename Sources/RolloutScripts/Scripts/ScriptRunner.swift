import PluginKit
import PolicyLanguage
import ReleaseController
public import ReleaseModel
import ReleaseStore
import RolloutEngine

/// Runs a script: the real engine and release loop, driven against a simulated store, data plane and clock.
public struct ScriptRunner {
    let script: Script
    let prepared: PreparedPolicy
    /// The policy that the evidence of its decisions names.
    public let policy: Policy
    let evaluators: EvaluatorFleet?

    /// - Parameters:
    ///   - policy: the policy that the script names or spells out, already parsed.
    ///   - descriptors: the signals that the policy's tree may read.
    ///   - evaluators: what judges a `load`: the scoring plugin that the policy names, with its settings.
    /// - Throws: where the tree does not fit the signals.
    public init(_ script: Script, policy: Policy, descriptors: [SignalDescriptor], evaluators: EvaluatorFleet?) throws {
        self.script = script
        self.evaluators = evaluators
        // One evaluator answers for all signals: with a load it is the scoring plugin, and the log signals are the script's.
        var quiet = policy
        quiet.logs = nil
        if let use = evaluators?.members.first?.use { quiet.health = use }
        self.policy = quiet
        prepared = PreparedPolicy(
            engine: try RolloutEngine(policy: policy, signals: descriptors), metrics: policy.metrics.source, traffic: policy.traffic,
            evaluators: [.init(use: quiet.health, signals: descriptors)])
    }

    /// Runs the script to its end and checks what it expects.
    ///
    /// - Throws: `ScriptError` for a script that cannot be run: one that expects nothing, or that never comes to rest.
    public func run() async throws -> ScriptOutcome {
        guard !script.expectations.isEmpty else {
            throw ScriptError(script: script.name, line: 0, reason: "a script that expects nothing cannot fail")
        }
        var world = SimulatedWorld(
            policy: policy, prepared: prepared, around: ScriptSurroundings(load: script.load, evaluators: evaluators))
        do {
            for happening in script.happenings where happening.at <= script.end {
                try await world.run(before: WorldTime.origin + happening.at)
                happen(happening, in: &world)
            }
            try await world.run(through: WorldTime.origin + script.end)
        } catch let error as ReleaseError {
            throw ScriptError(script: script.name, line: 0, reason: error.reason)
        }
        let check = ScriptCheck(script: script, decided: world.store.decided, history: world.history, engine: prepared.engine)
        return ScriptOutcome(
            script: script.name, failures: check.failures(), history: check.moments(),
            recorded: world.store.decided.map { .init(release: $0.release, decision: $0.decision, evidence: $0.evidence) },
            recordings: world.store.recordings)
    }

    private func happen(_ happening: Script.Happening, in world: inout SimulatedWorld<ScriptSurroundings>) {
        switch happening.kind {
        case .start(let start): world.store.start(start, now: world.now)
        case .signals(let readings):
            for reading in readings {
                world.around.signals.removeAll { $0.name == reading.name }
                world.around.signals.append(reading)
            }
        case .command(let command): world.store.enqueue(command, at: world.now)
        case .fault(let fault, let until): world.around.faults.append((fault, WorldTime.origin + until))
        case .drift(let weight): world.dataPlane.edit(canary: weight)
        case .crash: world.crash()
        }
    }
}
