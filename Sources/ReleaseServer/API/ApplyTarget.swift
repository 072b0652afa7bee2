public import ReleaseModel

/// `PUT /v1/targets`: describe a target, new or as it is to be from now on.
public struct ApplyTarget: Codable, Sendable, Hashable {
    public var target: Target
    public var reason: String?

    public init(target: Target, reason: String? = nil) {
        self.target = target
        self.reason = reason
    }
}
