import Hummingbird
import ReleaseModel
import ReleaseStore

/// `/v1/tokens`: who may call, and as what.
struct TokenRoutes: Sendable {
    let store: ReleaseStore
    let limits: ServerLimits

    func add(to group: RouterGroup<APIContext>) {
        group.post("tokens", use: create)
        group.get("tokens", use: list)
        group.delete("tokens/:name", use: revoke)
    }

    @Sendable func create(_ request: Request, _ context: APIContext) async throws -> Response {
        let caller = try context.caller(allowedTo: .manageTokens)
        let body = try await request.decoded(CreateToken.self, limits: limits)
        try TextLimits.name(body.name, at: "name")
        guard let role = TokenRole(rawValue: body.role) else {
            throw ReleaseError(
                .invalidInput, "there is no role '\(body.role)'", place: "role", advice: "roles are admin, operator, auditor and intake")
        }
        let reason = try TextLimits.optional(body.reason, at: "reason", limit: TextLimits.reasonBytes) ?? ""
        let (token, secret) = try await store.createToken(name: body.name, role: role, actor: caller.actor(), reason: reason)
        return try APIAnswer.json(CreatedToken(token: TokenView(token), secret: secret), status: .created)
    }

    @Sendable func list(_ request: Request, _ context: APIContext) async throws -> Response {
        _ = try context.caller(allowedTo: .manageTokens)
        try request.allowQuery()
        return try APIAnswer.json(Page(items: try await store.tokens().map(TokenView.init)))
    }

    @Sendable func revoke(_ request: Request, _ context: APIContext) async throws -> Response {
        let caller = try context.caller(allowedTo: .manageTokens)
        try request.allowQuery("reason")
        let name = try context.parameters.require("name")
        let reason = try TextLimits.optional(request.query("reason"), at: "reason", limit: TextLimits.reasonBytes) ?? ""
        try await store.revokeToken(name, actor: caller.actor(), reason: reason)
        return Response(status: .noContent)
    }
}

extension TokenView {
    init(_ token: Token) {
        self.init(
            name: token.name, role: token.role.rawValue, createdBy: token.createdBy, createdAt: token.createdAt, revokedAt: token.revokedAt)
    }
}
