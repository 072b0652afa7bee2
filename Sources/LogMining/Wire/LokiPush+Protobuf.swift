public import ReleaseModel

/// The protobuf form of Loki's push API, as promtail and Grafana Alloy send it (`logproto.PushRequest`), after decompression.
///
/// `PushRequest {streams = 1}`, `Stream {labels = 1, entries = 2}`, `Entry {timestamp = 1, line = 2, structuredMetadata = 3}`,
/// `LabelPair {name = 1, value = 2}`. Source: grafana/loki pkg/push/push.proto.
extension LokiPush {
    /// The records of one body, in its order.
    ///
    /// - Throws: as `records(json:)`. All or nothing.
    public static func records(
        protobuf body: [UInt8], limits: LogLimits = LogLimits(), receivedAt now: Timestamp
    ) throws(LogWireError) -> [LogRecord] {
        var budget = StreamBudget(limits)
        try budget.checkBody(body.count)
        var records: [LogRecord] = []
        var push = ProtobufReader(body[...])
        while let (number, value) = try push.next() {
            if number == 1 { try append(stream: try value.message, to: &records, &budget) }
        }
        return records
    }

    private static func append(
        stream: ArraySlice<UInt8>, to records: inout [LogRecord], _ budget: inout StreamBudget
    ) throws(LogWireError) {
        var labels: [String: String] = [:]
        // The labels come first wherever they are written, since every entry needs them.
        var fields = ProtobufReader(stream)
        while let (number, value) = try fields.next() {
            if number == 1 { labels = try LabelSet.labels(try value.text) }
        }
        try budget.checkLabels(labels)
        let source = try SourceLabels.source { labels[$0] }
        let severity = SourceLabels.severity { labels[$0] }
        var entries = ProtobufReader(stream)
        while let (number, value) = try entries.next() {
            guard number == 2 else { continue }
            try budget.takeRecord()
            var record = try entry(try value.message, source: source, budget)
            record.severity = SourceLabels.severity { record.metadata[$0] } ?? severity
            records.append(record)
        }
    }

    private static func entry(
        _ bytes: ArraySlice<UInt8>, source: LogSource, _ budget: StreamBudget
    ) throws(LogWireError) -> LogRecord {
        var record = LogRecord(source: source, time: Timestamp(microseconds: 0), severity: nil, line: "")
        var fields = ProtobufReader(bytes)
        while let (number, value) = try fields.next() {
            switch number {
            case 1: record.time = try time(try value.message)
            case 2: record.line = try value.text
            case 3:
                let (name, value) = try pair(try value.message)
                if record.metadata.count < budget.limits.labelsPerStream { record.metadata[name] = value }
            default: break
            }
        }
        record.metadata = budget.kept(record.metadata)
        return budget.limits.cut(record)
    }

    /// google.protobuf.Timestamp.
    private static func time(_ bytes: ArraySlice<UInt8>) throws(LogWireError) -> Timestamp {
        var seconds: Int64 = 0
        var nanoseconds: Int64 = 0
        var fields = ProtobufReader(bytes)
        while let (number, value) = try fields.next() {
            if number == 1 { seconds = try value.integer }
            if number == 2 { nanoseconds = try value.integer }
        }
        guard (0...WireTime.latestSecond).contains(seconds), (0..<1_000_000_000).contains(nanoseconds) else {
            throw LogWireError(.malformed, "an entry's time is no time since 1970")
        }
        return Timestamp(microseconds: seconds * 1_000_000 + nanoseconds / 1000)
    }

    private static func pair(_ bytes: ArraySlice<UInt8>) throws(LogWireError) -> (String, String) {
        var pair = ("", "")
        var fields = ProtobufReader(bytes)
        while let (number, value) = try fields.next() {
            if number == 1 { pair.0 = try value.text }
            if number == 2 { pair.1 = try value.text }
        }
        return pair
    }
}

enum WireTime {
    /// The last second of year 9999.
    static let latestSecond: Int64 = 253_402_300_799
}
