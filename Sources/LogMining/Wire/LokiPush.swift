internal import Foundation
public import ReleaseModel

/// The JSON form of Loki's push API (`POST /loki/api/v1/push`).
///
/// `{"streams":[{"stream":{"service":"checkout","revision":"v42"},"values":[["1795228511424863000","line",{"trace_id":"..."}]]}]}`
/// Times are nanoseconds since 1970 as text; the third member of a value, structured metadata, may be left out.
/// Source: Grafana Loki documentation, "Ingest logs".
public enum LokiPush {
    /// The records of one body, in its order.
    ///
    /// - Throws: `malformed`, `tooLarge`, or `missingLabel` where a stream names no service or revision. All or nothing.
    public static func records(
        json body: [UInt8], limits: LogLimits = LogLimits(), receivedAt now: Timestamp
    ) throws(LogWireError) -> [LogRecord] {
        try StreamBudget(limits).checkBody(body.count)
        let push: Push
        do {
            push = try JSONDecoder().decode(Push.self, from: Data(body))
        } catch {
            throw LogWireError(
                .malformed, "the body is not Loki's push format: {\"streams\":[{\"stream\":{...},\"values\":[[time, line]]}]}")
        }
        let count = push.streams.reduce(0) { $0 + $1.values.count }
        guard count <= limits.recordsPerBody else {
            throw LogWireError(.tooLarge, "the body has \(count) lines; \(limits.recordsPerBody) are allowed")
        }
        var records: [LogRecord] = []
        records.reserveCapacity(count)
        for stream in push.streams { try append(stream, to: &records, limits: limits, now: now) }
        return records
    }

    private static func append(
        _ stream: Stream, to records: inout [LogRecord], limits: LogLimits, now: Timestamp
    ) throws(LogWireError) {
        let budget = StreamBudget(limits)
        try budget.checkLabels(stream.stream)
        let source = try SourceLabels.source { stream.stream[$0] }
        let severity = SourceLabels.severity { stream.stream[$0] }
        for value in stream.values {
            guard let nanoseconds = Int64(value.time), nanoseconds >= 0 else {
                throw LogWireError(.malformed, "'\(value.time.prefix(40))' is not a time in nanoseconds")
            }
            let own = SourceLabels.severity { value.metadata[$0] }
            records.append(
                limits.cut(
                    LogRecord(
                        source: source, time: Timestamp(microseconds: nanoseconds / 1000), severity: own ?? severity, line: value.line,
                        metadata: budget.kept(value.metadata))))
        }
    }

    private struct Push: Decodable { var streams: [Stream] }

    private struct Stream: Decodable {
        var stream: [String: String]
        var values: [Value]
    }

    private struct Value: Decodable {
        var time: String
        var line: String
        var metadata: [String: String]

        init(from decoder: any Decoder) throws {
            var container = try decoder.unkeyedContainer()
            time = try container.decode(String.self)
            line = try container.decode(String.self)
            metadata = container.isAtEnd ? [:] : try container.decode([String: String].self)
        }
    }
}
