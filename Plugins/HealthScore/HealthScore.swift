public import PluginKit
public import ReleaseModel

/// Turns the samples of one window into a score from 0 to 100 and into verdicts on errors, latency, GC, memory and the SLO.
///
/// A thin coat over `Statistics`: the verdicts are anytime-valid tests, so that looking often does not make false alarms, and
/// `falseRollback` is split over their families by a union bound. A pure function of its input; everything it needs to remember is in
/// the state that travels with the calls. What has no recent data is missing with the reason, never healthy by default.
public struct HealthScore: EvaluatorPlugin {
    public init() {}

    public static let descriptor = PluginDescriptor(
        name: "HealthScore", alias: "health", kind: .scoring, version: "1.0.0",
        summary: "A score from 0 to 100 and anytime-valid verdicts of the canary against stable, from metrics",
        settings: SettingDescriptors.all, signals: SignalDescriptors.all)

    public func validate(_ configuration: JSONValue) -> [SettingProblem] { Settings.read(configuration).problems }

    public func evaluate(_ request: EvaluateRequest, _ context: CallContext) throws -> EvaluateResponse {
        EvaluateResponse(outputs: request.inputs.map(evaluate))
    }

    private func evaluate(_ input: EvaluationInput) -> EvaluationOutput {
        let (settings, problems) = Settings.read(input.configuration)
        if let problem = problems.first { return refused(input, "the health settings are wrong: \(problem.setting) \(problem.reason)") }
        var state: HealthState
        do {
            state = try HealthState.stored(in: input.state) ?? HealthState()
        } catch {
            return refused(input, "the stored state cannot be read: \(error.reason)")
        }
        state.take(input, settings)
        guard let coded = try? JSONValue(encoding: state) else { return refused(input, "the state cannot be coded") }
        return EvaluationOutput(
            release: input.release, signals: state.signals(settings), sinceMark: state.signalsSinceMark(settings), state: coded)
    }

    /// Nothing can be said, and nothing is changed.
    private func refused(_ input: EvaluationInput, _ reason: String) -> EvaluationOutput {
        let signals = SignalDescriptors.all.map { Signal(name: $0.name, reading: .failed(reason)) }
        return EvaluationOutput(
            release: input.release, signals: signals, sinceMark: input.mark == nil ? [] : signals, state: input.state ?? .null)
    }
}

@_cdecl("tidegate_plugin_HealthScore")
public func tidegatePluginHealthScore() -> UnsafeRawPointer { PluginEntry.export(HealthScore.self) }
