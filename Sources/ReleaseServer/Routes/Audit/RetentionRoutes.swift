import Hummingbird
import ReleaseModel
import ReleaseStore

/// `/v1/holds` and `/v1/retention`: which evidence is kept, and for how long.
struct RetentionRoutes: Sendable {
    let store: ReleaseStore
    let limits: ServerLimits

    func add(to group: RouterGroup<APIContext>) {
        group.get("holds", use: holds)
        group.put("holds/:ref", use: place)
        group.delete("holds/:ref", use: lift)
        group.get("retention", use: show)
        group.put("retention", use: set)
    }

    @Sendable func holds(_ request: Request, _ context: APIContext) async throws -> Response {
        _ = try context.caller(allowedTo: .readEvidence)
        try request.allowQuery()
        return try APIAnswer.json(Page(items: try await store.holds().map(HoldView.init)))
    }

    @Sendable func place(_ request: Request, _ context: APIContext) async throws -> Response {
        let caller = try context.caller(allowedTo: .keepEvidence)
        let body = try await request.decoded(HoldRequest.self, limits: limits)
        let reason = try TextLimits.required(body.reason, for: "a legal hold")
        let release = try await store.release(try context.reference).release.id
        try await store.placeHold(on: release, actor: caller.actor(), reason: reason)
        let holds = try await store.holds()
        return try APIAnswer.json(holds.first { $0.release == release }.map(HoldView.init), status: .created)
    }

    @Sendable func lift(_ request: Request, _ context: APIContext) async throws -> Response {
        let caller = try context.caller(allowedTo: .keepEvidence)
        try request.allowQuery("reason")
        let reason = try TextLimits.required(request.query("reason") ?? "", for: "lifting a legal hold")
        try await store.liftHold(
            on: try await store.release(try context.reference).release.id, actor: caller.actor(), reason: reason)
        return Response(status: .noContent)
    }

    @Sendable func show(_ request: Request, _ context: APIContext) async throws -> Response {
        _ = try context.caller(allowedTo: .readEvidence)
        try request.allowQuery()
        return try APIAnswer.json(RetentionView(try await store.retention()))
    }

    @Sendable func set(_ request: Request, _ context: APIContext) async throws -> Response {
        let caller = try context.caller(allowedTo: .keepEvidence)
        let body = try await request.decoded(RetentionRequest.self, limits: limits)
        let reason = try TextLimits.required(body.reason, for: "a change of retention")
        try await store.setRetention(evidenceMonths: body.evidenceMonths, actor: caller.actor(), reason: reason)
        return try APIAnswer.json(RetentionView(try await store.retention()))
    }
}

extension HoldView {
    init(_ hold: LegalHold) {
        self.init(release: hold.release, placedAt: hold.placedAt, placedBy: hold.actor, reason: hold.reason)
    }
}

extension RetentionView {
    init(_ retention: Retention) {
        self.init(
            evidenceMonths: retention.evidenceMonths, oldestEvidence: retention.oldestEvidence, holds: retention.holds)
    }
}
