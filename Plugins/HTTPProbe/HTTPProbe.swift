public import PluginKit
public import ReleaseModel

/// Asks the servers of every arm itself, over HTTP and at a bounded rate, so that there is something to judge where users do not ask.
///
/// Its samples have names of their own (`probe.requests`, `probe.errors`, `probe.latency`) and are never counted among those of users. Both arms are
/// asked alike, so that like is compared with like. What it measures belongs to the window that it is asked for and is not asked again.
public struct HTTPProbe: MetricsPlugin {
    public init() {}

    public static let descriptor = PluginDescriptor(
        name: "HTTPProbe", alias: "probe", kind: .metrics, version: "1.0.0",
        summary: "Requests of its own against the servers of every arm, at a bounded rate, labelled as probes",
        settings: ProbeSettings.descriptors)

    public func validate(_ configuration: JSONValue) -> [SettingProblem] { ProbeSettings.read(configuration).problems }

    public func collect(_ request: CollectRequest, _ context: CallContext) throws -> CollectResponse {
        let (settings, problems) = ProbeSettings.read(request.configuration)
        if let problem = problems.first { throw PluginFailure(code: "bad_settings", reason: "\(problem.setting) \(problem.reason)") }
        let secret = try settings.secret?.resolve()
        let plans = request.subjects.map { ProbePlan($0, windowEnd: request.windowEnd(of: $0), settings) }
        let answers = ProbeRun(settings, secret: secret, context).answers(to: plans.flatMap(\.jobs))
        var rest = answers[...]
        let results = plans.map { plan in
            let own = rest.prefix(plan.jobs.count)
            rest = rest.dropFirst(plan.jobs.count)
            return plan.result(Array(own))
        }
        return CollectResponse(results: results, queries: [])
    }
}

@_cdecl("tidegate_plugin_HTTPProbe")
public func tidegatePluginHTTPProbe() -> UnsafeRawPointer { PluginEntry.export(HTTPProbe.self) }
