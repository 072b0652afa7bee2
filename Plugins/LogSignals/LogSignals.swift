public import PluginKit
internal import LogMining
public import ReleaseModel

/// Judges the canary by its log: which templates speak of trouble, and whether the canary writes them more than the stable revision.
///
/// The algorithm is `LogComparison` of LogMining; this is the coat around it: settings, state, signals with their evidence.
public struct LogSignals: EvaluatorPlugin {
    public static let descriptor = PluginDescriptor(
        name: "LogSignals", alias: "logs", kind: .signals, version: "1.0.0",
        summary: "Compares the canary's warnings, errors and exceptions with the stable revision's, template by template.",
        settings: Settings.descriptors,
        signals: [
            SignalDescriptor(
                name: "logs.anomaly", kind: .number, unit: "1", minimum: 0, maximum: 1, worse: .higher,
                summary: "Evidence that the canary writes too many warnings, errors or exceptions: "
                    + "at least 0.85 in at most 1% of healthy releases (falseRollback)"),
            SignalDescriptor(
                name: "logs.bursts", kind: .number, unit: "templates", minimum: 0, worse: .higher,
                summary: "Error templates of the canary that come at least 3 times as often as in the minute before, and 5 times in 10 s"),
            SignalDescriptor(
                name: "logs.new_errors", kind: .number, unit: "templates", minimum: 0, worse: .higher,
                summary: "Error templates that the canary wrote and the stable revision never did; novelty alone says little"),
        ])

    public init() {}

    public func validate(_ configuration: JSONValue) -> [SettingProblem] { Settings.read(configuration).problems }

    public func evaluate(_ request: EvaluateRequest, _ context: CallContext) throws -> EvaluateResponse {
        EvaluateResponse(outputs: try request.inputs.map(output))
    }

    private func output(_ input: EvaluationInput) throws -> EvaluationOutput {
        let (settings, problems) = Settings.read(input.configuration)
        if let problem = problems.first {
            throw PluginFailure(code: ReleaseError.Code.invalidInput.rawValue, reason: "\(problem.setting): \(problem.reason)")
        }
        let poll = LogPoll(input)
        var state = try SignalsState(coded: input.state, settings: settings)
        state.observe(poll, mark: input.mark, settings: settings)
        let verdict = state.release.verdict(at: input.windowEnd, settings: settings)
        let sinceMark = state.sinceMark.map { $0.verdict(at: input.windowEnd, settings: settings) }
        return EvaluationOutput(
            release: input.release, signals: verdict.signals(settings: settings, problems: input.problems),
            sinceMark: sinceMark?.signals(settings: settings, problems: input.problems) ?? [], state: try JSONValue(encoding: state))
    }
}

/// What the host looks up in libLogSignals.so.
@_cdecl("tidegate_plugin_LogSignals")
public func tidegatePluginLogSignals() -> UnsafeRawPointer { PluginEntry.export(LogSignals.self) }
