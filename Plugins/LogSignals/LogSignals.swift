public import PluginKit
internal import LogMining
public import ReleaseModel

/// Judges the canary by its log: which templates speak of trouble, and whether the canary writes them more than the stable revision.
///
/// The algorithm is `LogComparison` of LogMining; this is the coat around it: settings, state, signals with their evidence.
public struct LogSignals: EvaluatorPlugin {
    public static let descriptor = PluginDescriptor(
        name: "LogSignals", alias: "logs", kind: .signals, version: "1.1.0",
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
            SignalDescriptor(
                name: "logs.novelty", kind: .number, unit: "1", minimum: 0, maximum: 1, worse: .higher,
                summary: "Evidence that the canary brings new error templates more often than the stable revision does; "
                    + "at least 0.85 in at most 1% of healthy releases"),
            SignalDescriptor(
                name: SequenceSignals.family, kind: .bool, worse: .true,
                summary: "The canary completed this sequence of events lately", each: "sequences"),
        ])

    public init() {}

    public func validate(_ configuration: JSONValue) -> [SettingProblem] { Settings.read(configuration).problems }

    public func evaluate(_ request: EvaluateRequest, _ context: CallContext) throws -> EvaluateResponse {
        EvaluateResponse(
            outputs: try request.inputs.enumerated().map { index, input in
                try output(input, context, share: 1 / Double(request.inputs.count - index))
            })
    }

    private func output(_ input: EvaluationInput, _ context: CallContext, share: Double) throws -> EvaluationOutput {
        let (settings, problems) = Settings.read(input.configuration)
        if let problem = problems.first {
            throw PluginFailure(code: ReleaseError.Code.invalidInput.rawValue, reason: "\(problem.setting): \(problem.reason)")
        }
        let comparison = settings.comparison
        var state = try SignalsState(coded: input.state, settings: comparison)
        state.observe(input.steps, rules: settings.sequences, mark: input.mark, windowEnd: input.windowEnd)
        state.observe(LogPoll(input), mark: input.mark, settings: comparison)
        let verdict = state.release.verdict(at: input.windowEnd, settings: comparison)
        let sinceMark = state.sinceMark.map { $0.verdict(at: input.windowEnd, settings: comparison) }
        // A canary that is silent has nothing to score.
        let external =
            verdict.silent == nil
            ? settings.scorer.map { ScorerClient($0).score(input, own: verdict, context, share: share) } : nil
        func signals(_ verdict: LogVerdict, _ tracking: SequenceTracking?) -> [Signal] {
            verdict.signals(
                settings: settings, problems: input.problems, external: external, tracking: tracking, at: input.windowEnd)
        }
        return EvaluationOutput(
            release: input.release, signals: signals(verdict, state.sequences),
            sinceMark: sinceMark.map { signals($0, state.sequencesSinceMark) } ?? [], state: try JSONValue(encoding: state))
    }
}

/// What the host looks up in libLogSignals.so.
@_cdecl("tidegate_plugin_LogSignals")
public func tidegatePluginLogSignals() -> UnsafeRawPointer { PluginEntry.export(LogSignals.self) }
