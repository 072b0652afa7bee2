import Hummingbird
import ReleaseModel
import ReleaseStore

/// `/v1/decisions`: the history over all releases, and one decision with its evidence.
struct AuditRoutes: Sendable {
    let store: ReleaseStore
    let limits: ServerLimits

    func add(to group: RouterGroup<APIContext>) {
        group.get("decisions", use: list)
        group.get("decisions/:id", use: show)
    }

    @Sendable func list(_ request: Request, _ context: APIContext) async throws -> Response {
        _ = try context.caller(allowedTo: .read)
        try request.allowQuery("after", "limit")
        return try await page(of: nil, request)
    }

    /// One page of decisions in the order of their numbers.
    func page(of release: ReleaseID?, _ request: Request) async throws -> Response {
        let limit = try request.query("limit", in: 1...limits.pageItems, default: 100)
        let after = try request.query("after", in: 0...Int.max, default: 0)
        let found = try await store.decisions(release: release, after: Int64(after), limit: limit + 1)
        let page = found.prefix(limit).map(DecisionView.init)
        return try APIAnswer.json(Page(items: page, next: found.count > limit ? page.last.map { "\($0.id)" } : nil))
    }

    @Sendable func show(_ request: Request, _ context: APIContext) async throws -> Response {
        let caller = try context.caller(allowedTo: .read)
        try request.allowQuery()
        let id = try context.decisionNumber()
        let (record, evidence) = try await store.decision(id)
        let mayRead = caller.role.allows(.readEvidence)
        return try APIAnswer.json(
            DecisionDetail(record: DecisionView(record), evidence: mayRead ? try evidence.map { try JSONValue(parsing: $0) } : nil))
    }
}
