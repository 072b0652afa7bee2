public import PluginKit
public import ReleaseModel
import RolloutEngine

/// Replays one step of a release from its evidence: the plugins on the recorded samples, the engine on the recorded event, and the engine
/// on what the replayed plugins gave. Only when all that is done are the recorded decisions looked at.
public struct StepReplay: Sendable {
    /// What came of asking a plugin again.
    public enum Answer: Sendable {
        case output(EvaluationOutput)
        /// Exactly this file is not here; why.
        case notAtHand(String)
        /// It is here and does not answer.
        case failed(String)
    }

    /// Calls the plugin with exactly this identity. One that is not at hand is never replaced by another.
    public typealias Evaluate = @Sendable (PluginIdentity, EvaluateRequest) async -> Answer

    /// A decision as it was recorded, with its number.
    public struct Recorded: Sendable {
        public var id: Int64
        public var decision: Decision

        public init(id: Int64, decision: Decision) {
            self.id = id
            self.decision = decision
        }
    }

    private let engine: EngineReplay
    private let schema: [SignalDescriptor]?
    private let evaluate: Evaluate

    /// - Parameters:
    ///   - policy: the canonical JSON of the policy that the evidence names.
    ///   - schema: descriptors for evidence that was written before they were recorded.
    public init(policy: JSONValue, schema: [SignalDescriptor]? = nil, evaluate: @escaping Evaluate) throws(ReplayProblem) {
        engine = try EngineReplay(policy: policy)
        self.schema = schema
        self.evaluate = evaluate
    }

    /// One report for each recorded decision of the step, in their order.
    public func reports(of recorded: [Recorded], evidence document: JSONValue) async -> [ReplayReport] {
        do {
            let evidence = try Evidence(document)
            let window = await replayedWindow(evidence)
            let decisions = try engine.step(evidence, schema: schema).decisions
            let fromSamples = try window.signals.map { try engine.step(evidence, signals: $0, schema: schema).decisions }
            return recorded.indices.map { index in
                var report = Self.report(recorded, index, evidence.release, decisions)
                report.plugins = window.plugins
                report.fromSamples = fromSamples.map { Self.sameOutcome(recorded, index, $0) }
                return report
            }
        } catch {
            return recorded.map { one in
                ReplayReport(
                    decision: one.id, release: document["release"]?.string ?? "", engine: .notReplayed, reason: "\(error)")
            }
        }
    }

    // MARK: Plugins

    private func replayedWindow(_ evidence: Evidence) async -> (plugins: [ReplayReport.Plugin], signals: ReplayedSignals?) {
        let window: RecordedWindow
        do {
            guard let found = try RecordedWindow(evidence) else { return ([], nil) }
            window = found
        } catch {
            let unknown = PluginIdentity(name: "all", version: "", sha256: "")
            return ([.init(plugin: unknown, outcome: .notReplayed, reason: "\(error)")], nil)
        }
        guard case .evaluated(let evaluation) = evidence.event else { return ([], nil) }
        var plugins: [ReplayReport.Plugin] = []
        var replayed = ReplayedSignals(signals: [], sinceMark: [])
        var isWhole = true
        for evaluator in window.evaluators {
            if let failure = evaluator.failure {
                isWhole = false
                plugins.append(
                    .init(plugin: evaluator.plugin, outcome: .notReplayed, reason: "it had failed: \(failure); that is not repeated"))
                continue
            }
            let input = window.input(of: evaluator, in: evidence, replay: engine)
            switch await evaluate(evaluator.plugin, EvaluateRequest(inputs: [input])) {
            case .output(let output):
                let difference =
                    Self.difference(output.signals, evaluation.signals, "signals")
                    ?? Self.difference(output.sinceMark, evaluation.sinceMark, "sinceMark")
                plugins.append(
                    .init(plugin: evaluator.plugin, outcome: difference == nil ? .agrees : .differs, difference: difference))
                replayed.signals += output.signals
                replayed.sinceMark += output.sinceMark
            case .notAtHand(let reason):
                isWhole = false
                plugins.append(.init(plugin: evaluator.plugin, outcome: .notReplayed, reason: reason))
            case .failed(let reason):
                isWhole = false
                plugins.append(.init(plugin: evaluator.plugin, outcome: .notReplayed, reason: "it does not answer: \(reason)"))
            }
        }
        return (plugins, isWhole && !window.evaluators.isEmpty ? replayed : nil)
    }

    /// Each replayed signal against the recorded one of its name.
    private static func difference(_ replayed: [Signal], _ recorded: [Signal], _ list: String) -> ReplayDifference? {
        for signal in replayed {
            let old = recorded.first { $0.name == signal.name }
            let found = ReplayDifference.first(
                recorded: old.flatMap { try? JSONValue(encoding: $0) }, replayed: try? JSONValue(encoding: signal),
                tolerance: ReplayDifference.pluginTolerance, place: "\(list)[\(signal.name)]")
            if let found { return found }
        }
        return nil
    }

    // MARK: The engine

    private static func report(_ recorded: [Recorded], _ index: Int, _ release: ReleaseID, _ decisions: [Decision]) -> ReplayReport {
        let old = try? JSONValue(encoding: recorded[index].decision)
        let new = index < decisions.count ? try? JSONValue(encoding: decisions[index]) : nil
        // A decision that the replay gives beyond the recorded ones is the last one's difference: it was not recorded.
        let isLast = index == recorded.count - 1
        let extra = isLast && decisions.count > recorded.count ? try? JSONValue(encoding: decisions[recorded.count]) : nil
        let difference =
            ReplayDifference.first(recorded: old, replayed: new)
            ?? extra.map { ReplayDifference(place: "decisions[\(recorded.count)]", recorded: nil, replayed: $0) }
        return ReplayReport(
            decision: recorded[index].id, release: release, engine: difference == nil ? .agrees : .differs, difference: difference)
    }

    /// From replayed signals the numbers may differ in their last digits, so only what was done is compared.
    private static func sameOutcome(_ recorded: [Recorded], _ index: Int, _ decisions: [Decision]) -> ReplayReport.Outcome {
        guard decisions.count == recorded.count else { return .differs }
        let old = recorded[index].decision
        let new = decisions[index]
        let isSame =
            old.kind == new.kind && old.from == new.from && old.to == new.to && old.toWeights == new.toWeights && old.stage == new.stage
            && old.because == new.because && old.verdict == new.verdict
        return isSame ? .agrees : .differs
    }
}
