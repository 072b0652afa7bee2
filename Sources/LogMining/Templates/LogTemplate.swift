public import ReleaseModel

/// One kind of log line: constant words, with `<*>` where something varies.
public struct LogTemplate: Sendable, Hashable {
    /// First 16 hexadecimal digits of the SHA-256 of the skeleton that it was born with. It stays when the text is generalised.
    public let id: String
    /// At most `maximumTextBytes`.
    public var text: String
    public let severity: LogSeverity
    public let exceptionClass: String?

    public static let maximumTextBytes = 400
    public static let variableMark = "<*>"
}

/// The template that one event belongs to.
public struct MinedEvent: Sendable, Hashable {
    public var template: LogTemplate
    /// True when no event of this template had been seen before.
    public var isNew: Bool
}
