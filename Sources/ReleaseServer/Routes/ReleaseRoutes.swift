import Hummingbird
import ReleaseModel
import ReleaseStore

/// `/v1/releases`: start, list, look at and steer releases.
struct ReleaseRoutes: Sendable {
    let store: ReleaseStore
    let catalogue: PluginCatalogue
    let limits: ServerLimits

    func add(to group: RouterGroup<APIContext>) {
        group.post("releases", use: start)
        group.get("releases", use: list)
        group.get("releases/:ref", use: show)
        group.post("releases/:ref/commands", use: command)
        group.get("releases/:ref/decisions", use: decisions)
        group.get("releases/:ref/effects", use: effects)
    }

    @Sendable func start(_ request: Request, _ context: APIContext) async throws -> Response {
        let caller = try context.caller(allowedTo: .operate)
        let body = try await request.decoded(StartRelease.self, limits: limits)
        try TextLimits.name(body.service, at: "service")
        let onBehalfOf = try TextLimits.optional(body.onBehalfOf, at: "onBehalfOf")
        let plan = try await StartReading(store: store).plan(of: body)
        try await EdgeCheck(store: store).check(policy: plan.policy, target: plan.target)
        // The policy may be older than the plugins that are loaded now.
        try await catalogue.prepare(try await store.policy(plan.policy).policy)
        let release = try await store.startRelease(
            StartRequest(
                service: body.service, arms: plan.arms, policy: plan.policy, target: plan.target,
                actor: caller.actor(onBehalfOf: onBehalfOf), reason: try TextLimits.required(body.reason, for: "a release"),
                provenance: try TextLimits.provenance(body.provenance), parent: plan.parent, irreversible: plan.irreversible))
        return try APIAnswer.json(release, status: .created)
    }

    @Sendable func list(_ request: Request, _ context: APIContext) async throws -> Response {
        _ = try context.caller(allowedTo: .read)
        try request.allowQuery("service", "target", "state", "active", "limit", "after")
        let limit = try request.query("limit", in: 1...limits.pageItems, default: 50)
        var filter = ReleaseFilter()
        filter.service = request.query("service")
        filter.target = request.query("target")
        filter.states = try states(request.query("state"))
        filter.activeOnly = try flag("active", request)
        filter.before = request.query("after")
        filter.limit = limit + 1
        let found = try await store.releases(filter)
        let page = found.prefix(limit).map(ReleaseSummary.init)
        return try APIAnswer.json(Page(items: page, next: found.count > limit ? page.last?.release.id : nil))
    }

    private func states(_ text: String?) throws -> [ReleaseState]? {
        guard let text else { return nil }
        return try text.split(separator: ",").map { name in
            guard let state = ReleaseState(rawValue: String(name)) else {
                throw ReleaseError(
                    .invalidInput, "there is no state '\(name)'", place: "query parameter 'state'",
                    advice: "states are \(ReleaseState.allCases.map(\.rawValue).joined(separator: ", "))")
            }
            return state
        }
    }

    private func flag(_ name: String, _ request: Request) throws -> Bool {
        switch request.query(name) {
        case nil, "false": return false
        case "true": return true
        case let text?: throw ReleaseError(.invalidInput, "'\(text)' is neither true nor false", place: "query parameter '\(name)'")
        }
    }

    @Sendable func show(_ request: Request, _ context: APIContext) async throws -> Response {
        _ = try context.caller(allowedTo: .read)
        try request.allowQuery()
        return try APIAnswer.json(try await ReleaseReading(store: store).detail(of: try context.reference))
    }

    @Sendable func command(_ request: Request, _ context: APIContext) async throws -> Response {
        let caller = try context.caller(allowedTo: .operate)
        let body = try await request.decoded(IssueCommand.self, limits: limits)
        guard !body.kind.isInternal else {
            throw ReleaseError(.invalidInput, "'\(body.kind.rawValue)' is not for people", place: "kind")
        }
        let release = try await store.release(try context.reference).release.id
        let actor = caller.actor(onBehalfOf: try TextLimits.optional(body.onBehalfOf, at: "onBehalfOf"))
        let queued = try await store.submitCommand(
            Command(kind: body.kind, actor: actor, reason: try reason(for: body)), to: release)
        return try APIAnswer.json(
            ReleaseDetail.WaitingCommand(id: queued.id, command: queued.command, at: queued.at), status: .accepted)
    }

    /// Whoever goes against what the policy would do must say why.
    private func reason(for body: IssueCommand) throws -> String {
        switch body.kind {
        case .resume, .approve:
            try TextLimits.optional(body.reason, at: "reason", limit: TextLimits.reasonBytes) ?? body.kind.rawValue
        default: try TextLimits.required(body.reason, for: "'\(body.kind.rawValue)'")
        }
    }

    @Sendable func decisions(_ request: Request, _ context: APIContext) async throws -> Response {
        _ = try context.caller(allowedTo: .read)
        try request.allowQuery("after", "limit")
        let release = try await store.release(try context.reference).release.id
        return try await AuditRoutes(store: store, limits: limits).page(of: release, request)
    }

    @Sendable func effects(_ request: Request, _ context: APIContext) async throws -> Response {
        _ = try context.caller(allowedTo: .read)
        try request.allowQuery()
        let release = try await store.release(try context.reference).release.id
        return try APIAnswer.json(Page(items: try await store.effects(release: release).map(EffectView.init)))
    }
}

extension APIContext {
    /// The release that the path names: its reference, or a service for its newest one.
    var reference: String {
        get throws {
            let reference = try parameters.require("ref")
            guard reference.utf8.count <= 200 else { throw ReleaseError(.notFound, "there is no such release") }
            return reference
        }
    }
}
