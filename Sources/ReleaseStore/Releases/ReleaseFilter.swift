public import ReleaseModel

/// Which releases are wanted; nil means any.
public struct ReleaseFilter: Sendable, Hashable {
    public static let maximumLimit = 1000

    public var service: String?
    public var target: String?
    public var states: [ReleaseState]?
    /// Only those that have not ended.
    public var activeOnly: Bool
    /// Only those older than this one: the last of the page before.
    public var before: ReleaseID?
    /// 1 to 1000.
    public var limit: Int

    public init(
        service: String? = nil, target: String? = nil, states: [ReleaseState]? = nil, activeOnly: Bool = false, before: ReleaseID? = nil,
        limit: Int = 50
    ) {
        self.service = service
        self.target = target
        self.states = states
        self.activeOnly = activeOnly
        self.before = before
        self.limit = limit
    }
}
