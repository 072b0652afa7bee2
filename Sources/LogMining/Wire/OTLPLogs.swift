internal import Foundation
public import ReleaseModel

/// OpenTelemetry's logs over HTTP (`POST /v1/logs`), as JSON or protobuf.
///
/// A resource's attributes name the source (`service.name`, `service.version`, `service.instance.id`); a record's body is the line, and
/// the stack trace of its attribute `exception.stacktrace` follows it. Source: OpenTelemetry protocol 1.x, opentelemetry/proto/logs/v1,
/// and its semantic conventions for resources and exceptions.
public enum OTLPLogs {
    /// What a record carries, whichever coding it came in.
    struct Entry {
        var timeNanoseconds: UInt64 = 0
        var observedNanoseconds: UInt64 = 0
        var severityNumber = 0
        var severityText = ""
        var eventName = ""
        var body = ""
        var attributes: [String: String] = [:]
    }

    /// Values nest no deeper than this; what lies deeper is left out.
    static let maximumDepth = 8

    /// - Throws: `malformed`, `tooLarge`, or `missingLabel` where a resource names no service or revision. All or nothing.
    public static func records(
        json body: [UInt8], limits: LogLimits = LogLimits(), receivedAt now: Timestamp
    ) throws(LogWireError) -> [LogRecord] {
        var budget = StreamBudget(limits)
        try budget.checkBody(body.count)
        let request: OTLPRequest
        do {
            request = try JSONDecoder().decode(OTLPRequest.self, from: Data(body))
        } catch {
            throw LogWireError(
                .malformed, "the body is not OTLP's logs as JSON: {\"resourceLogs\":[{\"resource\":{...},\"scopeLogs\":[...]}]}")
        }
        var records: [LogRecord] = []
        for resource in request.resourceLogs ?? [] {
            let source = try source(OTLPRequest.texts(resource.resource?.attributes ?? []), budget)
            for record in (resource.scopeLogs ?? []).lazy.flatMap({ $0.logRecords ?? [] }) {
                try budget.takeRecord()
                records.append(self.record(record.entry, source: source, budget, now: now))
            }
        }
        return records
    }

    /// - Throws: as `records(json:)`.
    public static func records(
        protobuf body: [UInt8], limits: LogLimits = LogLimits(), receivedAt now: Timestamp
    ) throws(LogWireError) -> [LogRecord] {
        var budget = StreamBudget(limits)
        try budget.checkBody(body.count)
        var records: [LogRecord] = []
        var request = ProtobufReader(body[...])
        while let (number, value) = try request.next() {
            guard number == 1 else { continue }
            let resource = try value.message
            let source = try source(try OTLPProtobuf.resourceAttributes(resource), budget)
            try OTLPProtobuf.forEachRecord(resource) { (entry) throws(LogWireError) in
                try budget.takeRecord()
                records.append(record(entry, source: source, budget, now: now))
            }
        }
        return records
    }

    private static func source(_ attributes: [String: String], _ budget: StreamBudget) throws(LogWireError) -> LogSource {
        try budget.checkLabels(attributes)
        // Loki's names for the same: dots become underscores.
        let labels = Dictionary(attributes.map { ($0.key.replacing(".", with: "_"), $0.value) }, uniquingKeysWith: { first, _ in first })
        return try SourceLabels.source { labels[$0] }
    }

    private static func record(_ entry: Entry, source: LogSource, _ budget: StreamBudget, now: Timestamp) -> LogRecord {
        let nanoseconds = entry.timeNanoseconds > 0 ? entry.timeNanoseconds : entry.observedNanoseconds
        let isTime = nanoseconds > 0 && nanoseconds / 1_000_000_000 <= UInt64(WireTime.latestSecond)
        var line = entry.body.isEmpty ? entry.eventName : entry.body
        if let trace = entry.attributes["exception.stacktrace"], !trace.isEmpty {
            line += (line.isEmpty ? "" : "\n") + trace
        } else if let name = entry.attributes["exception.type"], !name.isEmpty {
            line += (line.isEmpty ? "" : "\n") + name + (entry.attributes["exception.message"].map { ": \($0)" } ?? "")
        }
        var metadata = entry.attributes
        for name in ["exception.stacktrace", "exception.type", "exception.message"] { metadata[name] = nil }
        return budget.limits.cut(
            LogRecord(
                source: source, time: isTime ? Timestamp(microseconds: Int64(nanoseconds / 1000)) : now, severity: severity(entry),
                line: line, metadata: budget.kept(metadata)))
    }

    /// Four numbers for each severity, from 1 for trace to 24 for fatal; otherwise the text.
    private static func severity(_ entry: Entry) -> LogSeverity? {
        switch entry.severityNumber {
        case 1...4: .trace
        case 5...8: .debug
        case 9...12: .info
        case 13...16: .warn
        case 17...20: .error
        case 21...24: .fatal
        default: SeverityWord.severity(of: entry.severityText)
        }
    }
}
