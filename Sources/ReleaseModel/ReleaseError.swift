/// An error at a public seam: what kind it is, what happened in plain words, and where. Equal by code.
public struct ReleaseError: Error, Sendable, Hashable, Codable, CustomStringConvertible {
    public enum Code: String, Sendable, Hashable, Codable, CaseIterable {
        case invalidInput = "invalid_input"
        case notFound = "not_found"
        case conflict
        case illegalTransition = "illegal_transition"
        case leaseLost = "lease_lost"
        case forbidden
        case unauthenticated
        case unavailable
        case timedOut = "timed_out"
        case pluginFailed = "plugin_failed"
        case dataPlaneRefused = "data_plane_refused"
        case versionMismatch = "version_mismatch"
        case limitExceeded = "limit_exceeded"
    }

    public let code: Code
    public let reason: String
    /// What it is about: `policies/demo/policy.yaml:12:5`, `release checkout-7`, `plugin NginxTraffic`.
    public let place: String?
    /// What the reader can do about it.
    public let advice: String?

    public init(_ code: Code, _ reason: String, place: String? = nil, advice: String? = nil) {
        self.code = code
        self.reason = reason
        self.place = place
        self.advice = advice
    }

    public var description: String {
        (place.map { "\($0): " } ?? "") + reason + (advice.map { "\n  \($0)" } ?? "")
    }

    public static func == (left: Self, right: Self) -> Bool { left.code == right.code }
    public func hash(into hasher: inout Hasher) { hasher.combine(code) }
}
