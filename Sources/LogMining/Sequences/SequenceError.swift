/// Why a sequence's pattern is refused, where, and what would be right. Equal by place and message.
public struct SequenceError: Error, Sendable, Hashable, CustomStringConvertible {
    public let message: String
    /// Characters of the pattern before the place.
    public let offset: Int
    public let suggestion: String?

    public init(_ message: String, at offset: Int, suggestion: String? = nil) {
        self.message = message
        self.offset = offset
        self.suggestion = suggestion
    }

    public var description: String { "column \(offset + 1): \(message)" + (suggestion.map { "; \($0)" } ?? "") }
}
