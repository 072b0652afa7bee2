/// Why an expression is refused, where, and what would be right.
///
/// Printed with the line and a caret:
/// ```
/// policies/demo/policy.yaml:31:27: unknown signal 'errors.gulity'
///   errors.gulity or latency.guilty
///   ^ did you mean 'errors.guilty'?
/// ```
public struct ExpressionError: Error, Sendable, Hashable, CustomStringConvertible {
    public enum Code: String, Sendable, Hashable, CaseIterable {
        /// The text is not an expression of the language.
        case syntax
        /// The text is too long, nests too deeply, or asks for more than a named limit.
        case limit
        case unknownName = "unknown_name"
        case unknownFunction = "unknown_function"
        /// An operation that can never succeed, or a comparison that can never hold, for the types of its operands.
        case type
        /// A number outside what the signal can be.
        case range
        /// Lua has it, this language does not.
        case unsupported
    }

    public let code: Code
    public let message: String
    public let place: SourcePlace
    /// The line of the expression in which the place lies.
    public let lineText: String
    /// Where the caret stands, in characters of `lineText` from 0.
    public let caret: Int
    /// A whole sentence: `did you mean 'x'?`, `write ~= for "not equal"`.
    public let suggestion: String?

    public init(code: Code, message: String, place: SourcePlace, lineText: String, caret: Int, suggestion: String?) {
        self.code = code
        self.message = message
        self.place = place
        self.lineText = lineText
        self.caret = caret
        self.suggestion = suggestion
    }

    public var description: String {
        "\(place): \(message)\n" + CaretLine(lineText: lineText, caret: caret, remark: suggestion).description
    }
}
