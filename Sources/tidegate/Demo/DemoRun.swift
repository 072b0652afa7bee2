import Foundation
import HTTPClient
import Logging
import PluginKit
import PolicyLanguage
import ReleaseModel
import ReleaseServer

/// One demo from the first process to the last: start the parts, start the release, let the fault begin, watch, count, stop.
struct DemoRun: Sendable {
    /// The longest that one demo runs.
    static let patience: Duration = .seconds(420)
    /// Stage times are multiplied by this with `--fast`.
    static let fastFactor = 0.5
    /// How long the canary behaves well after its first stage began.
    static let calm: Duration = .seconds(5)
    /// How often nginx is asked for the weight that it carries.
    static let readInterval: Duration = .milliseconds(100)
    static let policyFile = "policies/demo/policy.yaml"
    static let targetName = "demo"

    let scenario: DemoScenario
    let isFast: Bool
    let folder: DataFolder
    let isKept: Bool
    let format: OutputFormat
    let invocation: Invocation

    /// - Throws: `ReleaseError` for a part that is missing or does not start; everything that was started is stopped first.
    func run() async throws -> DemoSummary {
        let parts = try DemoParts.find(invocation.environment)
        try folder.create()
        var options = ServeOptions(data: folder)
        options.listen = ListenAddress(host: "127.0.0.1", port: 0)
        options.logger = try fileLogger()
        say("starting PostgreSQL, the controller and its plugins")
        let runtime = try await ServeRuntime.start(options)
        let http = HTTPClient()
        let site = DemoSite(folder: folder.path, parts: parts, http: http)
        do {
            let summary = try await release(on: site, runtime: runtime, http: http)
            await stop(site, runtime, http)
            return summary
        } catch {
            await stop(site, runtime, http)
            throw error
        }
    }

    private func release(on site: DemoSite, runtime: ServeRuntime, http: HTTPClient) async throws -> DemoSummary {
        say("starting \(DemoSite.stableInstances) stable instances and 1 canary of \(DemoSite.service)")
        try await site.startInstances(logsURL: runtime.baseURL, tokenFile: folder.tokenFile)
        say("starting Prometheus")
        try await site.startPrometheus()
        let node = try site.prepareNginx()
        let dataPlane = DemoDataPlane(plugins: runtime.plugins, node: node)
        let client = APIClient(baseURL: runtime.baseURL, token: runtime.token)
        let policy = try await apply(to: client, site: site, node: node)
        try await dataPlane.layStable(
            servers: site.instances.filter { $0.revision == DemoSite.stable }.map { "127.0.0.1:\($0.port)" }, routing: policy.routing)
        func servers(_ revision: String) -> [String] {
            site.downstream.filter { $0.revision == revision }.map { "127.0.0.1:\($0.port)" }
        }
        try await dataPlane.lay(
            DownstreamService.plan(
                stableServers: servers(DownstreamService.stable), canaryServers: servers(DownstreamService.canary)))
        say("starting nginx at \(site.entry)")
        try await site.startNginx()

        let load = DemoLoad(entry: site.entry, http: http)
        let loading = Task { await load.run() }
        defer { loading.cancel() }
        let release = try await client.start(
            StartRelease(
                service: DemoSite.service, to: DemoSite.canary, policy: policy.name, target: Self.targetName,
                reason: "demo, scenario \(scenario.rawValue)"))
        let canary = site.canaryInstance
        let fault = Task { try await beginFault(release.id, client: client, canary: canary, http: http) }
        defer { fault.cancel() }
        let zero = Task { await dataPlane.firstZero(after: fault) }
        defer { zero.cancel() }
        let (state, decisions) = try await watch(release.id, client: client, site: site)
        let canaryRequests = try await site.canaryInstance.requests(http)
        let observed = try? await dataPlane.canaryWeight()
        fault.cancel()
        zero.cancel()
        let beganAt = try? await fault.value
        let zeroAt = await zero.value
        loading.cancel()
        await loading.value
        let seen = load.soFar
        return DemoSummary(
            scenario: scenario.rawValue, release: release.id, finalState: state,
            observedWeight: observed.map { Double($0.basisPoints) / 100 }, decisions: decisions,
            faultToZeroSeconds: state == .promoted ? nil : beganAt.flatMap { began in zeroAt.map { max(0, ($0 - (began ?? $0)).seconds) } },
            canaryRequests: canaryRequests, requests: seen.requests, userErrors: seen.errors, colors: DemoColors(log: site.coverageLog),
            folder: isKept ? folder.path : nil)
    }

    /// Applies the demo's policy, with this run's Prometheus, and its target.
    private func apply(to client: APIClient, site: DemoSite, node: TargetNode) async throws -> Policy {
        let source = try DemoPolicy.source(prometheus: site.prometheus, factor: isFast ? Self.fastFactor : 1)
        let applied = try await client.applyPolicy(
            ApplyPolicy(source: source, place: Self.policyFile, reason: "demo"))
        let revisions = [DemoSite.stable, DemoSite.canary].map { revision in
            TargetRevision(name: revision, servers: site.instances.filter { $0.revision == revision }.map { "127.0.0.1:\($0.port)" })
        }
        _ = try await client.applyTarget(
            ApplyTarget(
                target: Target(
                    name: Self.targetName, plugin: "nginx", nodes: [node],
                    services: [TargetService(name: DemoSite.service, stable: DemoSite.stable, revisions: revisions)]),
                reason: "demo"))
        return applied.policy
    }

    /// Lets the canary misbehave a little after users have reached it.
    ///
    /// - Returns: when the fault began; nil for a healthy canary.
    private func beginFault(_ release: ReleaseID, client: APIClient, canary: DemoInstance, http: HTTPClient) async throws -> Timestamp? {
        guard let fault = scenario.fault else { return nil }
        while try await client.release(release).progress?.stageEnteredAt == nil { try await Task.sleep(for: .milliseconds(200)) }
        try await Task.sleep(for: Self.calm)
        return try await canary.begin(fault: fault, http)
    }

    /// Shows the release until it has ended.
    private func watch(_ release: ReleaseID, client: APIClient, site: DemoSite) async throws -> (ReleaseState, [DecisionView]) {
        let deadline = ContinuousClock.now + Self.patience
        let console = invocation.console
        let isLive = console.isTerminal && format == .table
        var screen = LiveScreen(console: console)
        var decisions: [DecisionView] = []
        var cursor: String?
        while ContinuousClock.now < deadline {
            if let fallen = site.fallen {
                throw ReleaseError(.unavailable, "\(fallen.name) has ended: \(fallen.lastWords)", place: fallen.logFile)
            }
            let page = try await client.events(release, after: cursor, wait: cursor == nil ? .zero : .seconds(1))
            cursor = page.next
            decisions += page.events.compactMap(\.decision)
            if isLive {
                let detail = try await client.release(release)
                screen.draw(LiveView(style: console.style, columns: console.columns).lines(for: detail, decisions: decisions))
            } else {
                for event in page.events { say(EventLine(event: event).text(format == .table ? console.style : .plain)) }
            }
            if page.state.isFinal { return (page.state, decisions) }
        }
        throw ReleaseError(.timedOut, "the release did not end within \(Self.patience)", place: "release \(release)")
    }

    private func stop(_ site: DemoSite, _ runtime: ServeRuntime, _ http: HTTPClient) async {
        await site.stop()
        http.shutdown()
        // A task that was cancelled stops as carefully as any other.
        await Task.detached { try? await runtime.stop() }.value
    }

    /// Progress goes where it does not disturb: to standard error when standard output carries JSON.
    private func say(_ text: String) {
        if format == .json { invocation.console.complain(text) } else { invocation.console.line(text) }
    }

    private func fileLogger() throws -> Logger {
        let file = "\(folder.path)/tidegate.log"
        guard let stream = fopen(file, "a") else { throw ReleaseError(.forbidden, "the log cannot be written", place: file) }
        setvbuf(stream, nil, _IOLBF, 0)
        return Logger(label: "tidegate", factory: { FileLogHandler(label: $0, stream: stream) })
    }
}
