import Hummingbird
import Logging
import NIOCore
import ReleaseModel

/// What is known about one request while it is answered.
struct APIContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    /// Set by `Authentication` for everything under /v1 and for /metrics.
    private(set) var authenticated: Caller?
    /// The address that the call came from; a proxy's where one stands in between.
    let remoteAddress: String?

    init(source: ApplicationRequestContextSource) {
        coreContext = .init(source: source)
        remoteAddress = source.channel.remoteAddress?.ipAddress
    }

    func with(caller: Caller) -> APIContext {
        var context = self
        context.authenticated = caller
        return context
    }

    /// The caller, when it may do this.
    func caller(allowedTo permission: Permission) throws(ReleaseError) -> Caller {
        guard let authenticated else { throw .unauthenticatedCall }
        try authenticated.require(permission)
        return authenticated
    }
}

extension ReleaseError {
    static let unauthenticatedCall = ReleaseError(
        .unauthenticated, "this call needs a valid token",
        advice: "send `Authorization: Bearer <token>`; the first token lies in the file `token` of the server's data folder")
}
