/// Why a pushed body is refused. Equal by code.
public struct LogWireError: Error, Sendable, Hashable, CustomStringConvertible {
    public enum Code: String, Sendable, Hashable {
        /// Not the format that it should be.
        case malformed
        /// Beyond one of `LogLimits`.
        case tooLarge
        /// A stream does not say which service and revision it comes from.
        case missingLabel
    }

    public let code: Code
    public let reason: String

    public init(_ code: Code, _ reason: String) {
        self.code = code
        self.reason = reason
    }

    /// The HTTP status that tells the sender: 413 for `tooLarge`, otherwise 400.
    public var httpStatus: Int { code == .tooLarge ? 413 : 400 }

    public var description: String { reason }

    public static func == (left: Self, right: Self) -> Bool { left.code == right.code }
    public func hash(into hasher: inout Hasher) { hasher.combine(code) }
}
