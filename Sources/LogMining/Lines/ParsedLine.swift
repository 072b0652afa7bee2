internal import ReleaseModel

/// What one log event says: its message, how severe it is, and the exception that it carries.
struct ParsedLine: Sendable, Hashable {
    var message: String
    /// What the line itself says; nil where it says nothing.
    var severity: LogSeverity?
    var exception: ExceptionTrace?

    static let messageNames = ["message", "msg", "body", "@message", "event", "log", "text"]
    static let severityNames = [
        "level", "severity", "severity_text", "severityText", "log.level", "loglevel", "lvl", "@level", "levelname",
    ]
    static let traceNames = [
        "stack_trace", "stacktrace", "stackTrace", "exception.stacktrace", "exception.stack_trace", "error.stack_trace", "error.stack",
        "err.stack", "exc_info", "exception", "throwable", "stack", "thrown", "error", "err",
    ]
    static let classNames = ["exception.type", "error.type", "error.kind", "err.type", "exception.class", "exception_class", "error.class"]

    /// Reads a JSON object, logfmt, or plain text on one or several lines.
    init(_ line: String) {
        let text = line.utf8.drop(while: { $0 <= 32 })
        if text.first == UInt8(ascii: "{"), let fields = JSONFields(line) {
            self.init(fields: fields, whole: line, nesting: true)
        } else if let fields = Logfmt.fields(line) {
            self.init(fields: fields, whole: line, nesting: false)
        } else {
            self.init(plain: line)
        }
    }

    private init(fields: JSONFields, whole: String, nesting: Bool) {
        guard let message = fields.first(of: Self.messageNames) else {
            self.init(plain: whole)
            severity = fields.first(of: Self.severityNames).flatMap { SeverityWord.severity(of: $0) } ?? severity
            return
        }
        // A container runtime wraps the line that the program wrote; that line may be JSON again.
        if nesting, message.utf8.first == UInt8(ascii: "{"), let inner = JSONFields(message), inner.first(of: Self.messageNames) != nil {
            self.init(fields: inner, whole: message, nesting: false)
            return
        }
        self.init(plain: message)
        severity = fields.first(of: Self.severityNames).flatMap { SeverityWord.severity(of: $0) } ?? severity
        if exception == nil {
            exception = Self.traceNames.lazy.compactMap { fields[$0] }.compactMap { ExceptionTrace($0) }.first
        }
        if exception == nil, let name = fields.first(of: Self.classNames) { exception = ExceptionTrace(className: name, frame: "") }
    }

    private init(plain text: String) {
        let end = text.utf8.firstIndex(of: 10) ?? text.endIndex
        let first = text[..<end]
        message = String(first)
        severity = SeverityWord.severity(inHeadOf: message)
        exception = end < text.endIndex ? ExceptionTrace(text) : ExceptionTrace(inMessage: message)
        // What an exception says of itself names data of one case; its class and frame identify it.
        if exception != nil, ExceptionTrace.header(first) != nil { message = "" }
    }
}
