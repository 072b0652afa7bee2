import Hummingbird
import ReleaseModel
import ReleaseStore

/// `/healthz` for load balancers, `/metrics` for Prometheus, `/v1/status` for people.
struct StatusRoutes: Sendable {
    let store: ReleaseStore
    let hub: EventHub
    let metrics: ServerMetrics
    let intake: LogIntake
    let configuration: ServerConfiguration
    let databaseVersion: String

    /// Open to everybody: says only whether the server and its database answer.
    func addOpen(to router: Router<APIContext>) {
        router.get("healthz", use: health)
    }

    func add(to group: RouterGroup<APIContext>) {
        group.get("status", use: status)
    }

    func addMetrics(to group: RouterGroup<APIContext>) {
        group.get("metrics", use: prometheus)
    }

    @Sendable func health(_ request: Request, _ context: APIContext) async throws -> Response {
        let isHealthy = await withTaskGroup(of: Bool.self) { group in
            group.addTask { [store] in (try? await store.now()) != nil }
            group.addTask { [limits = configuration.limits] in
                try? await Task.sleep(for: limits.healthDeadline)
                return false
            }
            defer { group.cancelAll() }
            return await group.next() ?? false
        }
        return try APIAnswer.json(
            ["status": isHealthy ? "ok" : "the database does not answer"], status: isHealthy ? .ok : .serviceUnavailable)
    }

    @Sendable func prometheus(_ request: Request, _ context: APIContext) async throws -> Response {
        _ = try context.caller(allowedTo: .read)
        return APIAnswer.text(
            metrics.text(
                waiting: await hub.waiting, version: configuration.version, logs: await intake.statistics,
                providers: ProviderFamilies(providers: await providers())),
            type: PrometheusText.contentType)
    }

    /// The metric stores of the releases under way; none while the database does not answer, as the server's own figures must come all the same.
    private func providers() async -> [ProviderRecord] { (try? await store.providers()) ?? [] }

    @Sendable func status(_ request: Request, _ context: APIContext) async throws -> Response {
        let caller = try context.caller(allowedTo: .read)
        try request.allowQuery()
        var filter = ReleaseFilter()
        filter.activeOnly = true
        filter.limit = configuration.limits.pageItems
        let active = try await store.releases(filter)
        return try APIAnswer.json(
            ServerStatus(
                version: configuration.version, databaseVersion: databaseVersion, now: try await store.now(),
                startedAt: configuration.startedAt, controllers: try await store.controllers().map(ServerStatus.ControllerView.init),
                activeReleases: active.count,
                caller: .init(name: caller.name, role: caller.role.rawValue)))
    }
}

extension ServerStatus.ControllerView {
    init(_ record: ControllerRecord) {
        self.init(id: record.identity.id, host: record.identity.host, version: record.identity.version, seenAt: record.seenAt)
    }
}
