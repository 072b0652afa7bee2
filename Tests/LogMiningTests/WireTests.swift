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
                LogRecord(source: source, time: Timestamp(microseconds: 1_795_228_501_000_000), severity: .error, line: "second"),
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

    @Test("A long line is cut at a character")
    func cut() throws {
        var limits = LogLimits()
        limits.lineBytes = 5
        let body = #"{"streams":[{"stream":{"service":"a","revision":"b"},"values":[["1","abcdefgh"]]}]}"#
        #expect(try LokiPush.records(json: Array(body.utf8), limits: limits, receivedAt: now).first?.line == "abcde")
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
