import Hummingbird
import ReleaseModel
import ReleaseStore

/// `/v1/targets`: the data planes, their nodes and the servers behind them.
struct TargetRoutes: Sendable {
    let store: ReleaseStore
    let catalogue: PluginCatalogue
    let limits: ServerLimits

    func add(to group: RouterGroup<APIContext>) {
        group.put("targets", use: apply)
        group.get("targets", use: list)
        group.get("targets/:name", use: show)
    }

    @Sendable func apply(_ request: Request, _ context: APIContext) async throws -> Response {
        let caller = try context.caller(allowedTo: .changeTargets)
        let body = try await request.decoded(ApplyTarget.self, limits: limits)
        try TargetCheck.check(body.target)
        for node in body.target.nodes {
            let use = PluginUse(plugin: body.target.plugin, configuration: node.configuration)
            try await catalogue.check(use, ["dataPlane"], "target \(body.target.name), node \(node.name)")
        }
        let reason = try TextLimits.optional(body.reason, at: "reason", limit: TextLimits.reasonBytes) ?? ""
        return try APIAnswer.json(try await store.applyTarget(body.target, actor: caller.actor(), reason: reason))
    }

    @Sendable func list(_ request: Request, _ context: APIContext) async throws -> Response {
        _ = try context.caller(allowedTo: .read)
        try request.allowQuery()
        return try APIAnswer.json(Page(items: try await store.targets()))
    }

    @Sendable func show(_ request: Request, _ context: APIContext) async throws -> Response {
        _ = try context.caller(allowedTo: .read)
        try request.allowQuery()
        return try APIAnswer.json(try await store.target(try context.parameters.require("name")))
    }
}
