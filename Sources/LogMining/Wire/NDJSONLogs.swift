public import ReleaseModel

/// Log lines one below the other: JSON objects, or plain text where the defaults say where it comes from.
public enum NDJSONLogs {
    static let timeNames = ["@timestamp", "timestamp", "time", "ts"]

    /// The records of one body, in its order; empty lines are skipped. A line without a time of its own was written at `now`.
    ///
    /// - Throws: `tooLarge`, `malformed` (not UTF-8), or `missingLabel` where neither a line nor `defaults` names service and revision.
    public static func records(
        _ body: [UInt8], defaults: LogDefaults = LogDefaults(), limits: LogLimits = LogLimits(), receivedAt now: Timestamp
    ) throws(LogWireError) -> [LogRecord] {
        guard body.count <= limits.bodyBytes else {
            throw LogWireError(.tooLarge, "the body has \(body.count) bytes; \(limits.bodyBytes) are allowed")
        }
        guard let text = String(validating: body, as: UTF8.self) else { throw LogWireError(.malformed, "the body is not UTF-8") }
        var records: [LogRecord] = []
        for line in text.utf8.split(whereSeparator: { $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r") }) {
            guard line.contains(where: { $0 > 32 }) else { continue }
            guard records.count < limits.recordsPerBody else {
                throw LogWireError(.tooLarge, "the body has more than \(limits.recordsPerBody) lines")
            }
            records.append(try record(String(Substring(line)), defaults: defaults, limits: limits, now: now))
        }
        return records
    }

    private static func record(
        _ line: String, defaults: LogDefaults, limits: LogLimits, now: Timestamp
    ) throws(LogWireError) -> LogRecord {
        let fields = JSONFields(line) ?? JSONFields()
        let source = try SourceLabels.source({ fields[$0] }, defaults: defaults)
        let time = timeNames.lazy.compactMap { fields[$0] }.first.flatMap(Self.time) ?? now
        return limits.cut(LogRecord(source: source, time: time, severity: SourceLabels.severity { fields[$0] }, line: line))
    }

    /// RFC 3339, or a number of seconds, milliseconds, microseconds or nanoseconds since 1970, told apart by its size.
    static func time(_ text: String) -> Timestamp? {
        if let time = Timestamp(rfc3339: text) { return time }
        guard let number = Double(text), number > 0, number < 1e20 else { return nil }
        switch number {
        case ..<1e11: return Timestamp(seconds: number)
        case ..<1e14: return Timestamp(microseconds: Int64(number * 1000))
        case ..<1e17: return Timestamp(microseconds: Int64(number))
        default: return Timestamp(microseconds: Int64(number / 1000))
        }
    }
}
