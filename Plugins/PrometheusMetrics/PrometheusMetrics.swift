public import PluginKit
public import ReleaseModel

/// Reads requests, errors, latency, GC pauses, memory and process starts of every instance from Prometheus' HTTP API.
///
/// It asks for raw points (`metric{...}[range]` at the end of the window), so that counter deltas are exact differences between points
/// that were really scraped, with resets handled, instead of the extrapolation of `increase()`. Where each counter stood is the state.
/// All releases that want the same window share one query per metric. A fault of any query leaves samples out and cursors where they were.
public struct PrometheusMetrics: MetricsPlugin {
    private let memory = FleetMemory()

    public init() {}

    public static let descriptor = PluginDescriptor(
        name: "PrometheusMetrics", alias: "prometheus", kind: .metrics, version: "1.1.0",
        summary: "Exact counter deltas, histograms and gauges per instance from Prometheus or whatever speaks its query API",
        settings: Settings.descriptors)

    public func validate(_ configuration: JSONValue) -> [SettingProblem] { Settings.read(configuration).problems }

    public func collect(_ request: CollectRequest, _ context: CallContext) throws -> CollectResponse {
        let (settings, problems) = Settings.read(request.configuration)
        if let problem = problems.first { throw PluginFailure(code: "bad_settings", reason: "\(problem.setting) \(problem.reason)") }
        guard !request.subjects.isEmpty else { return CollectResponse(results: [], queries: []) }
        var response = WindowReading(settings, request, memory).response(context)
        var season = SeasonReading(settings, memory)
        season.add(to: &response, request, context)
        var checks = CheckReading(settings.checks)
        checks.add(to: &response, request, settings, context)
        return response
    }
}

@_cdecl("tidegate_plugin_PrometheusMetrics")
public func tidegatePluginPrometheusMetrics() -> UnsafeRawPointer { PluginEntry.export(PrometheusMetrics.self) }
