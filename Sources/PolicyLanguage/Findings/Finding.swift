public import Predicates

/// One thing that is wrong, doubtful or worth knowing about a file that a person wrote, with its place and what would be right.
///
/// ```
/// policies/demo/policy.yaml:31:27: unknown signal 'errors.gulity'
///   errors.gulity or latency.guilty
///   ^ did you mean 'errors.guilty'?
/// ```
public struct Finding: Sendable, Hashable, Codable, CustomStringConvertible {
    public enum Severity: String, Sendable, Hashable, Codable, CaseIterable {
        /// The file is not used.
        case error
        /// It is used, and probably does not do what was meant.
        case warning
        case note
    }

    public let severity: Severity
    public let code: FindingCode
    public let file: String
    /// From 1.
    public let line: Int
    /// In characters, from 1.
    public let column: Int
    public let message: String
    /// The line, or the part of it that is an expression.
    public let lineText: String
    /// Where the caret stands, in characters of `lineText` from 0.
    public let caret: Int
    public let suggestion: String?

    public init(
        severity: Severity, code: FindingCode, place: SourcePlace, message: String, lineText: String, caret: Int, suggestion: String?
    ) {
        self.severity = severity
        self.code = code
        file = place.file
        line = place.line
        column = place.column
        self.message = message
        self.lineText = lineText
        self.caret = caret
        self.suggestion = suggestion
    }

    /// What an expression is refused for.
    public init(_ error: ExpressionError, overSignals: Bool) {
        let code: FindingCode =
            switch error.code {
            case .syntax: .expression
            case .limit: .limit
            case .unknownName: overSignals ? .unknownSignal : .unknownName
            case .unknownFunction: .unknownName
            case .type: .expressionType
            case .range: .signalRange
            case .unsupported: .unsupported
            }
        self.init(
            severity: .error, code: code, place: error.place, message: error.message, lineText: error.lineText, caret: error.caret,
            suggestion: error.suggestion)
    }

    public var place: SourcePlace { SourcePlace(file: file, line: line, column: column) }

    /// Why it matters.
    public var explanation: String { code.explanation }

    public var description: String {
        let kind = severity == .error ? "" : "\(severity.rawValue): "
        return "\(place): \(kind)\(message)\n" + CaretLine(lineText: lineText, caret: caret, remark: suggestion).description
    }
}
