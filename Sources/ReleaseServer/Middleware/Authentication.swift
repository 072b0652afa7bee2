import Hummingbird
import ReleaseModel
import ReleaseStore

/// Lets a request through only with a valid token, and says whose it is.
struct Authentication: RouterMiddleware {
    /// Longer credentials are no token of ours and are not looked up.
    static let maximumTokenLength = 200

    let store: ReleaseStore
    let metrics: ServerMetrics
    let refused: RefusedCalls

    func handle(
        _ request: Request, context: APIContext, next: (Request, APIContext) async throws -> Response
    ) async throws -> Response {
        let secret = Self.bearer(request.headers[.authorization])
        var token: Token?
        if let secret { token = try await store.verifyToken(secret) }
        guard let token else {
            metrics.authenticationFailures.add(1)
            refused.note(
                secret != nil ? .unknownToken : request.headers[.authorization] == nil ? .noToken : .noTokenForm,
                from: context.remoteAddress)
            throw ReleaseError.unauthenticatedCall
        }
        return try await next(request, context.with(caller: Caller(name: token.name, role: token.role)))
    }

    /// The credential of `Authorization: Bearer ...`, when it can be a token at all.
    static func bearer(_ header: String?) -> String? {
        guard let header else { return nil }
        let parts = header.split(separator: " ", maxSplits: 1)
        guard parts.count == 2, parts[0].lowercased() == "bearer" else { return nil }
        let secret = String(parts[1])
        guard secret.utf8.count <= maximumTokenLength, secret.hasPrefix("tdg_"), secret.utf8.allSatisfy({ (33...126).contains($0) }) else {
            return nil
        }
        return secret
    }
}
