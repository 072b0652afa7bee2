public import PluginKit
public import ReleaseModel

/// Reads requests, errors, latency, GC pauses, memory and process starts of every instance from Prometheus' HTTP API.
///
/// It asks for raw points (`metric{...}[range]` at the end of the window), so that counter deltas are exact differences between points
/// that were really scraped, with resets handled, instead of the extrapolation of `increase()`. Where each counter stood is the state.
/// All releases of one call share one query per metric. A fault of any query leaves samples out and cursors where they were.
public struct PrometheusMetrics: MetricsPlugin {
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
        let readings = request.subjects.map { SubjectReading($0, windowEnd: request.windowEnd(of: $0)) }
        let now = readings.map(\.windowEnd).max() ?? request.windowEnd
        var provider = ProviderBreaker.newest(readings.compactMap { $0.state?.provider })
        guard provider.breaker(at: now) != .open else {
            let refusal = provider.refusal(of: settings.url)
            return CollectResponse(
                results: readings.map { $0.unchanged(problem: refusal, provider) }, queries: [],
                provider: provider.standing(of: settings.url, at: now))
        }
        var fleet = FleetReading(settings, readings)
        do throws(QueryFault) {
            fleet.run(try PrometheusSource(settings, context))
            provider.note(fleet.fault, at: now)
        } catch {
            provider.note(error, at: now)
            return CollectResponse(
                results: readings.map { $0.unchanged(problem: error.reason, provider) }, queries: [],
                provider: provider.standing(of: settings.url, at: now))
        }
        let notes = [fleet.skew?.note].compactMap(\.self)
        let results = zip(readings, fleet.outcomes).map { reading, outcome in
            switch outcome {
            case .read(let answers):
                reading.result(answers, settings, notes: notes, revisions: fleet.revisions[reading.subject.service], provider)
            case .failed(let fault): reading.unchanged(problem: fault.reason, provider)
            case nil: reading.unchanged(problem: "Prometheus was not asked", provider)
            }
        }
        return CollectResponse(results: results, queries: fleet.queries, provider: provider.standing(of: settings.url, at: now))
    }
}

@_cdecl("tidegate_plugin_PrometheusMetrics")
public func tidegatePluginPrometheusMetrics() -> UnsafeRawPointer { PluginEntry.export(PrometheusMetrics.self) }
