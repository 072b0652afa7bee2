import LogMining
import ReleaseModel
import Testing

@Suite("Pushed formats")
struct WireTests {
    private let now = Timestamp(rfc3339: "2026-11-21T02:15:00Z")!

    @Test("Loki's JSON: labels, times in nanoseconds, structured metadata")
    func loki() throws {
        let body = """
            {"streams":[{"stream":{"service":"checkout","revision":"v42","instance":"canary-1","level":"warn"},
            "values":[["1795228500123456789","first"],["1795228501000000000","second",{"level":"error","trace_id":"t"}]]}]}
            """
        let records = try LokiPush.records(json: Array(body.utf8), receivedAt: now)
        let source = LogSource(service: "checkout", revision: "v42", instance: "canary-1")
        #expect(
            records == [
                LogRecord(source: source, time: Timestamp(microseconds: 1_795_228_500_123_456), severity: .warn, line: "first"),
                LogRecord(
                    source: source, time: Timestamp(microseconds: 1_795_228_501_000_000), severity: .error, line: "second",
                    metadata: ["level": "error", "trace_id": "t"]),
            ])
    }

    @Test("Labels by the names that shippers use; an instance may be missing")
    func labelNames() throws {
        let body = #"{"streams":[{"stream":{"app":"checkout","version":"v1"},"values":[["1","x"]]}]}"#
        let record = try #require(try LokiPush.records(json: Array(body.utf8), receivedAt: now).first)
        #expect(record.source == LogSource(service: "checkout", revision: "v1", instance: "unknown"))
        #expect(record.severity == nil)
    }

    @Test(
        "Bad bodies are refused whole, with the status that tells the sender",
        arguments: [
            ("", 400), ("[]", 400), ("{", 400), (#"{"streams":[{"stream":{"service":"a","revision":"b"},"values":[["x","l"]]}]}"#, 400),
            (#"{"streams":[{"stream":{"service":"a","revision":"b"},"values":[[1,"l"]]}]}"#, 400),
            (#"{"streams":[{"stream":{"service":"a"},"values":[["1","l"]]}]}"#, 400),
            (#"{"streams":[{"stream":{"service":"","revision":"b"},"values":[["1","l"]]}]}"#, 400),
            (String(repeating: "[", count: 3000), 400), (String(repeating: " ", count: 5000), 413),
            (#"{"streams":[{"stream":{"service":"a","revision":"b"},"values":[["1","l"],["1","l"],["1","l"],["1","l"]]}]}"#, 413),
            (#"{"streams":[{"stream":{"service":"a","revision":"b","c":"d","e":"f"},"values":[["1","l"]]}]}"#, 413),
            (#"{"streams":[{"stream":{"service":"a","revision":"bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"},"values":[["1","l"]]}]}"#, 413),
        ])
    func refused(body: String, status: Int) {
        var limits = LogLimits()
        limits.bodyBytes = 4000
        limits.recordsPerBody = 3
        limits.labelsPerStream = 3
        limits.labelBytes = 40
        let error = #expect(throws: LogWireError.self) { try LokiPush.records(json: Array(body.utf8), limits: limits, receivedAt: now) }
        #expect(error?.httpStatus == status)
    }

    @Test("A long line is cut at a character, and told")
    func cut() throws {
        var limits = LogLimits()
        limits.lineBytes = 5
        let body = #"{"streams":[{"stream":{"service":"a","revision":"b"},"values":[["1","abcdefgh"]]}]}"#
        let records = try LokiPush.records(json: Array(body.utf8), limits: limits, receivedAt: now)
        #expect(records.map(\.line) == ["abcde"])
        var collector = LogCollector()
        collector.add(records, now: try #require(records.first).time)
        #expect(collector.statistics.cutLines == 1)
    }

    @Test("Lines of JSON name their source and time; plain ones take the defaults")
    func ndjson() throws {
        let body = """
            {"service":"checkout","revision":"v42","instance":"i1","time":"2026-11-21T02:14:59Z","level":"error","message":"m"}

            {"message":"n","ts":1795227298.5}
            plain
            """
        let defaults = LogDefaults(service: "cart", revision: "v1")
        let records = try NDJSONLogs.records(Array(body.utf8), defaults: defaults, receivedAt: now)
        #expect(records.map(\.source.service) == ["checkout", "cart", "cart"])
        #expect(records.map(\.source.instance) == ["i1", "unknown", "unknown"])
        #expect(records.map(\.severity) == [.error, nil, nil])
        #expect(records.map(\.time) == [now - .seconds(1), Timestamp(seconds: 1_795_227_298.5), now])
        #expect(throws: LogWireError.self) { try NDJSONLogs.records(Array(body.utf8), receivedAt: now) }
    }
}

@Suite("Pushed formats in protobuf")
struct ProtobufWireTests {
    private static let now = Timestamp(rfc3339: "2026-11-21T02:15:00Z")!

    // A writer of its own, so that the reader is not held against itself.
    private static func varint(_ value: UInt64) -> [UInt8] {
        value < 0x80 ? [UInt8(value)] : [UInt8(value & 0x7f) | 0x80] + varint(value >> 7)
    }
    private static func field(_ number: UInt64, _ value: UInt64) -> [UInt8] { varint(number << 3) + varint(value) }
    private static func field(_ number: UInt64, _ bytes: [UInt8]) -> [UInt8] {
        varint(number << 3 | 2) + varint(UInt64(bytes.count)) + bytes
    }
    private static func field(_ number: UInt64, _ text: String) -> [UInt8] { field(number, Array(text.utf8)) }
    private static func fixed64(_ number: UInt64, _ value: UInt64) -> [UInt8] {
        varint(number << 3 | 1) + (0..<8).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    }

    private static func lokiEntry(_ line: String, second: UInt64 = 1_795_228_500, metadata: [(String, String)] = []) -> [UInt8] {
        field(1, field(1, second) + field(2, 123_456_789)) + field(2, line)
            + metadata.flatMap { field(3, field(1, $0.0) + field(2, $0.1)) }
    }

    private static func lokiPush(_ labels: String, _ entries: [[UInt8]]) -> [UInt8] {
        field(1, field(1, labels) + entries.flatMap { field(2, $0) } + field(3, 42))
    }

    @Test("Loki's protobuf: labels as Prometheus writes them, times, structured metadata")
    func loki() throws {
        let body = Self.lokiPush(
            #"{service="checkout", revision="v42", instance="a\"b\u00e4\n", level="warn"}"#,
            [Self.lokiEntry("first"), Self.lokiEntry("second", metadata: [("level", "error"), ("trace_id", "t")])])
        let source = LogSource(service: "checkout", revision: "v42", instance: "a\"bä\n")
        let time = Timestamp(microseconds: 1_795_228_500_123_456)
        #expect(
            try LokiPush.records(protobuf: body, receivedAt: Self.now) == [
                LogRecord(source: source, time: time, severity: .warn, line: "first"),
                LogRecord(source: source, time: time, severity: .error, line: "second", metadata: ["level": "error", "trace_id": "t"]),
            ])
    }

    private static func otlpAttribute(_ key: String, _ text: String) -> [UInt8] { field(1, key) + field(2, field(1, text)) }

    private static func otlp(_ record: [UInt8], resource: [(String, String)] = [("service.name", "checkout"), ("service.version", "v42")])
        -> [UInt8]
    {
        field(
            1, field(1, resource.flatMap { field(1, otlpAttribute($0.0, $0.1)) }) + field(2, field(1, field(1, "scope")) + field(2, record))
        )
    }

    @Test("OTLP's protobuf: resource, time, severity by number, attributes, the exception's stack trace behind the body")
    func otlp() throws {
        let record =
            Self.fixed64(1, 1_795_228_500_123_456_789) + Self.field(2, 17) + Self.field(5, Self.field(1, "payment failed"))
            + Self.field(6, Self.otlpAttribute("user", "17"))
            + Self.field(6, Self.otlpAttribute("exception.stacktrace", "java.lang.NullPointerException: x\n\tat a.B.c(B.java:1)"))
        let resource = [("service.name", "checkout"), ("service.version", "v42"), ("service.instance.id", "i1")]
        let records = try OTLPLogs.records(protobuf: Self.otlp(record, resource: resource), receivedAt: Self.now)
        #expect(
            records == [
                LogRecord(
                    source: LogSource(service: "checkout", revision: "v42", instance: "i1"),
                    time: Timestamp(microseconds: 1_795_228_500_123_456),
                    severity: .error, line: "payment failed\njava.lang.NullPointerException: x\n\tat a.B.c(B.java:1)",
                    metadata: ["user": "17"])
            ])
    }

    @Test("OTLP as JSON says the same; a structured body becomes JSON")
    func otlpJSON() throws {
        let body = #"""
            {"resourceLogs":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"checkout"}},
            {"key":"service.version","value":{"stringValue":"v42"}}]},"scopeLogs":[{"scope":{"name":"s"},"logRecords":[
            {"timeUnixNano":"1795228500123456789","severityNumber":13,"severityText":"WARN","body":{"stringValue":"slow"},
             "attributes":[{"key":"n","value":{"intValue":"7"}}],"traceId":"5b8efff798038103d269b633813fc60c"},
            {"observedTimeUnixNano":1795228500000000000,"body":{"kvlistValue":{"values":[{"key":"message","value":{"stringValue":"m"}}]}}},
            {"severityText":"error","eventName":"boot"}]}]}]}
            """#
        let records = try OTLPLogs.records(json: Array(body.utf8), receivedAt: Self.now)
        #expect(records.map(\.line) == ["slow", #"{"message":"m"}"#, "boot"])
        #expect(records.map(\.severity) == [.warn, nil, .error])
        #expect(records[0].metadata == ["n": "7"])
        #expect(records[2].time == Self.now)
    }

    @Test("A push is refused whole where it is malformed, unlabelled or beyond a limit")
    func refused() {
        var limits = LogLimits()
        limits.recordsPerBody = 2
        limits.labelsPerStream = 3
        limits.labelBytes = 40
        let good = #"{service="a", revision="b"}"#
        let entry = Self.lokiEntry("l")
        let loki: [([UInt8], Int)] = [
            (Self.lokiPush(good, [entry, entry, entry]), 413), (Self.lokiPush(#"{service="a", revision="b", c="d", e="f"}"#, [entry]), 413),
            (Self.lokiPush("{service=\"a\", revision=\"\(String(repeating: "b", count: 40))\"}", [entry]), 413),
            (Self.lokiPush(#"{service="a"}"#, [entry]), 400), (Self.lokiPush("service=a", [entry]), 400),
            (Self.lokiPush(#"{service="a}"#, [entry]), 400), (Self.field(1, [0xff, 0xff]), 400), ([0x0b], 400), ([0x0a, 0x7f], 400),
            (Self.lokiPush(good, [Self.field(2, [0xff, 0xfe])]), 400), (Self.lokiPush(good, [Self.lokiEntry("l", second: .max)]), 400),
        ]
        for (body, status) in loki {
            let error = #expect(throws: LogWireError.self) { try LokiPush.records(protobuf: body, limits: limits, receivedAt: Self.now) }
            #expect(error?.httpStatus == status, "\(body)")
        }
        let unnamed = #expect(throws: LogWireError.self) {
            try OTLPLogs.records(protobuf: Self.otlp([], resource: [("service.name", "a")]), receivedAt: Self.now)
        }
        #expect(unnamed?.code == .missingLabel)
        for body in ["", "[]", "{", #"{"resourceLogs":[{"scopeLogs":[]}]}"#, #"{"resourceLogs":7}"#] {
            #expect(throws: LogWireError.self) { try OTLPLogs.records(json: Array(body.utf8), receivedAt: Self.now) }
        }
    }

    @Test("No bytes make a reader trap, hang or build more than its limits")
    func fuzz() {
        var generator = SeededGenerator(seed: 11)
        let record =
            Self.fixed64(1, 1)
            + Self.field(
                5, Self.field(6, Self.field(1, Self.field(1, "k") + Self.field(2, Self.field(5, Self.field(1, Self.field(1, "v")))))))
        let json = Array(
            #"{"resourceLogs":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"a"}}]},"scopeLogs":[{"logRecords":[{"body":{"arrayValue":{"values":[{"intValue":1}]}}}]}]}]}"#
                .utf8)
        let seeds = [
            Self.lokiPush(#"{service="a", revision="b\x41\101\U0001F600"}"#, [Self.lokiEntry("line", metadata: [("a", "b")])]),
            Self.otlp(record), json,
            Array(#"{"streams":[{"stream":{"service":"a","revision":"b"},"values":[["1","l",{"a":"b"}]]}]}"#.utf8),
        ]
        var limits = LogLimits()
        limits.bodyBytes = 4096
        limits.recordsPerBody = 50
        for round in 0..<4000 {
            var body = seeds[round % seeds.count]
            for _ in 0..<Int.random(in: 1...6, using: &generator) {
                let place = Int.random(in: 0...body.count, using: &generator)
                switch Int.random(in: 0..<4, using: &generator) {
                case 0: body.insert(UInt8.random(in: 0...255, using: &generator), at: place)
                case 1: if place < body.count { body.remove(at: place) }
                case 2: if place < body.count { body[place] ^= 1 << UInt8.random(in: 0..<8, using: &generator) }
                default: body.insert(contentsOf: body[..<(place / 2)], at: place)
                }
            }
            let counts = [
                (try? LokiPush.records(protobuf: body, limits: limits, receivedAt: Self.now))?.count,
                (try? LokiPush.records(json: body, limits: limits, receivedAt: Self.now))?.count,
                (try? OTLPLogs.records(protobuf: body, limits: limits, receivedAt: Self.now))?.count,
                (try? OTLPLogs.records(json: body, limits: limits, receivedAt: Self.now))?.count,
            ]
            #expect(counts.allSatisfy { ($0 ?? 0) <= limits.recordsPerBody })
        }
    }
}
