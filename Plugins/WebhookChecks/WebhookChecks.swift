internal import HTTPClient
public import PluginKit
public import ReleaseModel

/// Asks HTTP endpoints whether a release may go on: acceptance tests, load tests, gates. Each answer is a check's value, 1 or 0; the
/// scoring plugin counts failures.
///
/// A source beside the one that reads metrics (`metrics.also`). It keeps nothing: when each check was last asked is in the state.
public struct WebhookChecks: MetricsPlugin {
    public init() {}

    public static let descriptor = PluginDescriptor(
        name: "WebhookChecks", alias: "webhooks", kind: .metrics, version: "1.0.0",
        summary: "Checks by HTTP: 2xx is success, anything else a failure", settings: WebhookCheck.descriptors)

    public func validate(_ configuration: JSONValue) -> [SettingProblem] { WebhookCheck.read(configuration).problems }

    public func collect(_ request: CollectRequest, _ context: CallContext) throws -> CollectResponse {
        let (checks, problems) = WebhookCheck.read(request.configuration)
        if let problem = problems.first { throw PluginFailure(code: "bad_settings", reason: "\(problem.setting) \(problem.reason)") }
        let call = CheckCall(client: HTTPClient(), context: context)
        defer { call.client.shutdown() }
        return CollectResponse(
            results: request.subjects.map { result(for: $0, checks, call, now: request.windowEnd(of: $0)) }, queries: [])
    }

    private func result(for subject: CollectSubject, _ checks: [WebhookCheck], _ call: CheckCall, now: Timestamp) -> CollectResult {
        var state = subject.state.flatMap { try? $0.decoded(as: ChecksState.self) } ?? ChecksState()
        var samples: [Sample] = []
        var notes: [String] = []
        let weight = subject.arms.filter { $0.name != Arm.stable }.reduce(0) { $0 + $1.weight.basisPoints }
        for check in checks {
            var progress = state.checks[check.schedule.name] ?? CheckProgress()
            if progress.isDue(check.schedule, weight: Weight(basisPoints: min(weight, Weight.full.basisPoints)), now: now) {
                switch call.ask(check, for: subject) {
                case .value(let value, let reason):
                    progress.record([value], at: now)
                    if let reason { notes.append("check \(check.schedule.name) failed: \(reason)") }
                case .notAsked: notes.append("check \(check.schedule.name) was not asked: the call was over before")
                }
            }
            state.checks[check.schedule.name] = progress
            samples += progress.samples(check.schedule, now: now)
        }
        let known = Set(checks.map(\.schedule.name))
        state.checks = state.checks.filter { known.contains($0.key) }
        return CollectResult(
            release: subject.release, samples: samples, state: (try? JSONValue(encoding: state)) ?? .null,
            notes: notes.isEmpty ? nil : notes)
    }
}

/// When each check was last asked, and with which answer.
struct ChecksState: Codable {
    var version = 1
    var checks: [String: CheckProgress] = [:]
}

@_cdecl("tidegate_plugin_WebhookChecks")
public func tidegatePluginWebhookChecks() -> UnsafeRawPointer { PluginEntry.export(WebhookChecks.self) }
