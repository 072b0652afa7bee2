import Hummingbird
import ReleaseModel
import ReleaseStore
import TreePictures

/// Drawings of rollback trees: `/v1/policies/:name/tree.svg`, and `/v1/decisions/:id/tree.svg` with the way that was taken.
struct PictureRoutes: Sendable {
    let store: ReleaseStore

    func add(to group: RouterGroup<APIContext>) {
        group.get("policies/:name/tree.svg", use: policy)
        group.get("decisions/:id/tree.svg", use: decision)
    }

    @Sendable func policy(_ request: Request, _ context: APIContext) async throws -> Response {
        _ = try context.caller(allowedTo: .read)
        try request.allowQuery()
        let version = try await store.policy(try context.parameters.require("name"))
        return Self.answer(TreePicture(of: version.policy, subtitle: "version \(version.version), sha256 \(version.digest.prefix(12))"))
    }

    @Sendable func decision(_ request: Request, _ context: APIContext) async throws -> Response {
        _ = try context.caller(allowedTo: .read)
        try request.allowQuery()
        let id = try context.decisionNumber()
        let record = try await store.decision(id).0
        let policy = try await store.policy(record.policyDigest).policy
        guard let picture = TreePicture(of: record.decision, number: id, release: record.release, policy: policy) else {
            throw ReleaseError(.notFound, "decision \(id) was not made by the tree", advice: "draw the policy's tree alone")
        }
        return Self.answer(picture)
    }

    private static func answer(_ picture: TreePicture) -> Response { APIAnswer.text(picture.svg, type: "image/svg+xml; charset=utf-8") }
}
