import Hummingbird
import ReleaseModel
import ReleaseStore

/// `/v1/releases/:ref/windows`: what was recorded of every window, oldest first, for as long as windows are kept.
struct WindowRoutes: Sendable {
    let store: ReleaseStore
    let limits: ServerLimits

    func add(to group: RouterGroup<APIContext>) { group.get("releases/:ref/windows", use: list) }

    @Sendable func list(_ request: Request, _ context: APIContext) async throws -> Response {
        _ = try context.caller(allowedTo: .read)
        try request.allowQuery("after", "limit")
        let limit = try request.query("limit", in: 1...limits.pageItems, default: 100)
        var after: Timestamp?
        if let text = request.query("after") {
            guard let time = Timestamp(rfc3339: text) else {
                throw ReleaseError(
                    .invalidInput, "'\(text)' is not a time", place: "query parameter 'after'", advice: "write it as 2026-01-31T12:00:00Z")
            }
            after = time
        }
        let release = try await store.release(try context.reference).release.id
        let found = try await store.windows(release: release, after: after, limit: limit + 1)
        let page = found.prefix(limit).map { WindowView(end: $0.windowEnd, at: $0.at, verdict: $0.verdict, outcome: $0.outcome) }
        return try APIAnswer.json(Page(items: page, next: found.count > limit ? page.last.map { $0.end.description } : nil))
    }
}
