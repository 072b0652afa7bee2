/// What a plugin was put through, and how it did.
public struct ConformanceReport: Sendable, Hashable, Codable {
    public var name: String
    public var kind: String
    public var version: String
    /// What `tidegate plugin pin` would write.
    public var sha256: String
    public var checks: [ConformanceCheck]

    /// True when the plugin keeps every promise of its kind.
    public var passed: Bool { checks.allSatisfy(\.passed) }
}

/// One promise of a plugin.
public struct ConformanceCheck: Sendable, Hashable, Codable {
    /// The promise in words: `garbage is answered with an error`.
    public var name: String
    public var passed: Bool
    /// What was seen, where it was not kept; otherwise what was tried.
    public var detail: String
}
