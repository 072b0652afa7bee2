import DecisionReplay
import PluginKit
import ReleaseController
import ReleaseModel

/// What a script says about the world: its load, its signals and its faults.
struct ScriptSurroundings: Surroundings {
    let load: Script.Load?
    /// Judges the load; without one the script's signals are all there is.
    let evaluators: EvaluatorFleet?
    var signals: [NamedReading] = []
    var faults: [(fault: SimulatedFault, until: Timestamp)] = []

    init(load: Script.Load?, evaluators: EvaluatorFleet?) {
        self.load = load
        self.evaluators = load == nil ? nil : evaluators
    }

    func has(_ fault: SimulatedFault, at now: Timestamp) -> Bool { faults.contains { $0.fault == fault && $0.until > now } }

    mutating func collect(_ request: CollectRequest, logs: LogQuery?, history: WorldHistory, now: Timestamp) -> CollectedWindow {
        if has(.metrics, at: now) {
            return CollectedWindow(result: nil, queries: [], logs: [], problems: ["the metrics store cannot be reached"])
        }
        return CollectedWindow(result: ScriptMetrics(load: load).collect(request), queries: [], logs: [], problems: [])
    }

    mutating func evaluate(_ call: EvaluatorCall, now: Timestamp) async -> EvaluatorAnswer {
        if has(.plugin(call.plugin), at: now) {
            return EvaluatorAnswer(
                plugin: PluginIdentity(name: call.plugin, version: "1", sha256: ""), output: nil, failure: "crashed")
        }
        guard let evaluators else { return scripted(call) }
        var answer = await evaluators.answer(call)
        if var output = answer.output {
            output.signals = replaced(output.signals)
            output.sinceMark = replaced(output.sinceMark)
            answer.output = output
        }
        return answer
    }

    /// What the script says of a signal comes before what was measured; signals that no plugin of the run gives are added.
    private func replaced(_ measured: [Signal]) -> [Signal] {
        guard !measured.isEmpty else { return [] }
        return measured.filter { signal in !signals.contains { $0.name == signal.name } }
            + signals.map { Signal(name: $0.name, reading: $0.reading) }
    }

    /// The script's signals as a plugin's answer; `samples` counts by itself where the script does not give it.
    private func scripted(_ call: EvaluatorCall) -> EvaluatorAnswer {
        let requests = (call.input.state?["requests"]?.number ?? 0) + call.input.samples.canaryRequests
        let isCollected = call.input.problems.isEmpty
        var readings = signals.map { Signal(name: $0.name, reading: isCollected ? $0.reading : .missing("no samples")) }
        if isCollected, !signals.contains(where: { $0.name == "samples" }) {
            readings.append(Signal(name: "samples", reading: .number(requests)))
        }
        return EvaluatorAnswer(
            plugin: PluginIdentity(name: call.plugin, version: "1", sha256: ""),
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
