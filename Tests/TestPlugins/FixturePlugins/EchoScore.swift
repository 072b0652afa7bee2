public import PluginKit
public import ReleaseModel

/// A well-behaved scoring plugin: the mean of the canary's `echo` gauges, and how many it has seen.
public struct EchoScore: EvaluatorPlugin {
    public static let descriptor = PluginDescriptor(
        name: "EchoScore", alias: "echo", kind: .scoring, version: "1.2.3", summary: "Gives back what was measured.",
        settings: [
            SettingDescriptor("scale", .number, default: 1, minimum: 0, maximum: 10, summary: "what the echo is multiplied by"),
            SettingDescriptor("forbidden", .string, summary: "a word that only the plugin itself knows to refuse"),
        ],
        signals: [
            SignalDescriptor(
                name: "echo", kind: .number, unit: "1", minimum: 0, maximum: 1000, worse: .lower, summary: "mean of the gauges"),
            SignalDescriptor(name: "echo.seen", kind: .number, minimum: 0, worse: .lower, summary: "gauges so far"),
            SignalDescriptor(name: "echo.silent", kind: .bool, worse: .true, summary: "no gauge came in this window"),
        ])

    struct State: Codable { var seen = 0 }

    public init() {}

    public func validate(_ configuration: JSONValue) -> [SettingProblem] {
        configuration["forbidden"]?.string == "xyzzy" ? [SettingProblem(setting: "forbidden", reason: "must not be xyzzy")] : []
    }

    public func evaluate(_ request: EvaluateRequest, _ context: CallContext) throws -> EvaluateResponse {
        EvaluateResponse(
            outputs: try request.inputs.map { input in
                var state: State = try input.state?.decoded() ?? State()
                let scale = input.configuration["scale"]?.number ?? 1
                let values = input.samples.compactMap { sample -> Double? in
                    guard sample.metric == "echo", case .gauge(let value) = sample.value else { return nil }
                    return value * scale
                }
                state.seen += values.count
                let signals = [
                    Signal(
                        name: "echo",
                        reading: values.isEmpty ? .missing("no echo") : .number(values.reduce(0, +) / Double(values.count)),
                        evidence: ["values": .array(values.map { .number($0) })]),
                    Signal(name: "echo.seen", reading: .number(Double(state.seen))),
                    Signal(name: "echo.silent", reading: .bool(values.isEmpty)),
                ]
                return EvaluationOutput(
                    release: input.release, signals: signals, sinceMark: input.mark == nil ? [] : signals,
                    state: try JSONValue(encoding: state))
            })
    }
}

@_cdecl("tidegate_plugin_EchoScore")
public func tidegatePluginEchoScore() -> UnsafeRawPointer { PluginEntry.export(EchoScore.self) }
