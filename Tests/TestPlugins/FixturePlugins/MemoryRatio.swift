public import PluginKit
public import ReleaseModel

/// How much more memory the canary keeps after a collection than the stable revision, smoothed over the last windows.
public struct MemoryRatio: EvaluatorPlugin {
    public static let descriptor = PluginDescriptor(
        name: "MemoryRatio", alias: "memory-ratio", kind: .signals, version: "1.0.0",
        summary: "Compares the memory that each revision keeps.",
        settings: [
            SettingDescriptor("metric", .string, default: .string(Metric.memoryFloor), summary: "the gauge that is compared"),
            SettingDescriptor("smoothing", .number, default: 0.2, minimum: 0.01, maximum: 1, summary: "weight of the newest window"),
        ],
        signals: [
            SignalDescriptor(
                name: "memory.ratio", kind: .number, unit: "1", minimum: 0, worse: .higher,
                summary: "mean of the canary divided by mean of stable, smoothed")
        ])

    struct State: Codable {
        var ratio: Double?
    }

    public init() {}

    public func validate(_ configuration: JSONValue) -> [SettingProblem] {
        configuration["metric"]?.string == "" ? [SettingProblem(setting: "metric", reason: "must not be empty")] : []
    }

    public func evaluate(_ request: EvaluateRequest, _ context: CallContext) throws -> EvaluateResponse {
        EvaluateResponse(outputs: try request.inputs.map(judge))
    }

    private func judge(_ input: EvaluationInput) throws -> EvaluationOutput {
        var state: State = try input.state?.decoded() ?? State()
        let metric = input.configuration["metric"]?.string ?? Metric.memoryFloor
        var smoothed = SignalReading.missing("no \(metric) of both revisions in this window")
        var window = smoothed
        if let canary = mean(metric, Arm.canary, input), let stable = mean(metric, Arm.stable, input), stable > 0 {
            let weight = input.configuration["smoothing"]?.number ?? 0.2
            let ratio = canary / stable
            let next = state.ratio.map { $0 + weight * (ratio - $0) } ?? ratio
            state.ratio = next
            smoothed = .number(next)
            window = .number(ratio)
        }
        let evidence: JSONValue = ["metric": .string(metric)]
        return EvaluationOutput(
            release: input.release,
            signals: [Signal(name: "memory.ratio", reading: smoothed, evidence: evidence)],
            // The smoothed figure remembers what was before the mark; this window alone does not.
            sinceMark: input.mark == nil ? [] : [Signal(name: "memory.ratio", reading: window, evidence: evidence)],
            state: try JSONValue(encoding: state))
    }

    private func mean(_ metric: String, _ arm: String, _ input: EvaluationInput) -> Double? {
        let values = input.samples.compactMap { sample -> Double? in
            guard sample.metric == metric, sample.arm == arm, case .gauge(let value) = sample.value else { return nil }
            return value
        }
        return values.isEmpty ? nil : values.reduce(0, +) / Double(values.count)
    }
}

@_cdecl("tidegate_plugin_MemoryRatio")
public func tidegatePluginMemoryRatio() -> UnsafeRawPointer { PluginEntry.export(MemoryRatio.self) }
