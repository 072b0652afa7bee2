/// Why a transfer failed: what kind of failure, in plain words, and where. Equal by code.
public struct HTTPError: Error, Sendable, Hashable, CustomStringConvertible {
    public enum Code: String, Sendable, Hashable, CaseIterable {
        /// The request itself is not one that can be sent.
        case invalidRequest
        /// Name lookup or connection failed: nothing was sent.
        case connectFailed
        /// A deadline passed.
        case timedOut
        /// Body or headers exceed their limit.
        case tooLarge
        /// The peer could not be verified, or TLS failed otherwise.
        case tls
        /// The peer spoke something other than HTTP, or broke off.
        case `protocol`
        /// The task was cancelled or the client shut down.
        case cancelled
    }

    public let code: Code
    public let reason: String
    /// Method and URL without user information, query and fragment.
    public let place: String

    public init(_ code: Code, _ reason: String, place: String) {
        self.code = code
        self.reason = reason
        self.place = place
    }

    public var description: String { "\(place): \(reason)" }

    public static func == (left: Self, right: Self) -> Bool { left.code == right.code }
    public func hash(into hasher: inout Hasher) { hasher.combine(code) }
}
