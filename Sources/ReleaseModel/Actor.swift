/// Who did something: an authenticated identity, how it was authenticated, and on whose behalf it says it acts.
public struct Actor: Sendable, Hashable, Codable {
    public enum Means: String, Sendable, Hashable, Codable {
        /// A named token of the HTTP API.
        case token
        /// The controller itself, following the policy.
        case controller
        /// The account that owns a private database (`tidegate demo`, the first start of `serve`).
        case local
    }

    public var name: String
    public var means: Means
    /// The person or job that the actor says it acts for; claimed, not verified.
    public var onBehalfOf: String?

    public init(name: String, means: Means, onBehalfOf: String? = nil) {
        self.name = name
        self.means = means
        self.onBehalfOf = onBehalfOf
    }

    public static let controller = Actor(name: "controller", means: .controller)
}

/// What started a release, as the caller stated it.
public struct Provenance: Sendable, Hashable, Codable {
    public var ticket: String?
    public var buildURL: String?
    public var commit: String?
    public var artifactDigest: String?
    public var traceID: String?

    public init(
        ticket: String? = nil, buildURL: String? = nil, commit: String? = nil, artifactDigest: String? = nil, traceID: String? = nil
    ) {
        self.ticket = ticket
        self.buildURL = buildURL
        self.commit = commit
        self.artifactDigest = artifactDigest
        self.traceID = traceID
    }
}
