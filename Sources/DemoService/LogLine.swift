import Foundation

/// One event of the service's log, in the JSON that logstash-logback-encoder writes.
struct LogLine: Sendable, Equatable {
    enum Severity: String, Sendable { case info, warn, error }

    var severity: Severity
    var logger: String
    var message: String
    /// Class, message and frames, on several lines.
    var stackTrace: String?

    /// One line of JSON, members in a fixed order.
    func json(time: Date, thread: Int) -> String {
        let stamp = time.formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true))
        var text =
            "{\"@timestamp\":\"\(stamp)\",\"level\":\"\(severity.rawValue.uppercased())\",\"logger_name\":\(JSONText.quoted(logger)),"
        text += "\"thread_name\":\"http-nio-8080-exec-\(thread)\",\"message\":\(JSONText.quoted(message))"
        if let stackTrace { text += ",\"stack_trace\":\(JSONText.quoted(stackTrace))" }
        return text + "}"
    }
}
