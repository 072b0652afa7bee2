import ReleaseModel
import ReleaseStore

/// Who makes a call, as its token says.
struct Caller: Sendable, Hashable {
    let name: String
    let role: TokenRole

    /// The caller as the actor of what the call does.
    func actor(onBehalfOf: String? = nil) -> Actor { Actor(name: name, means: .token, onBehalfOf: onBehalfOf) }

    func require(_ permission: Permission) throws(ReleaseError) {
        guard role.allows(permission) else {
            throw ReleaseError(
                .forbidden, "token '\(name)' has the role '\(role.rawValue)', which does not allow this",
                advice: "use a token of another role; `tidegate token list` shows them, an admin creates one with `tidegate token create`")
        }
    }
}
