import Foundation
import HTTPClient
import PluginKit
import PrometheusMetrics
import ReleaseModel
import Testing

/// Answers that a healthy Prometheus does not give, from a one-answer server.
@Suite struct SourceFaultTests {
    private static let state: JSONValue = [
        "version": 1, "through": .string(Timestamp(seconds: 1_759_999_990).description), "instances": [],
        "counters": ["requests": ["a/b": [1_759_999_985, 12]]],
    ]

    private func problem(_ answer: String, timeout: String = "5s") throws -> CollectResult {
        let server = try ScriptedServer { _ in answer.isEmpty ? nil : answer }
        defer { server.stop() }
        let subject = CollectSubject(
            release: "shop-1", service: "shop", arms: [Arm(name: Arm.stable, revision: "v1", weight: .full)], state: Self.state)
        return try PrometheusMetrics().collect(
            CollectRequest(
                configuration: ["url": .string("http://127.0.0.1:\(server.port)"), "timeout": .string(timeout)],
                windowEnd: Timestamp(seconds: 1_760_000_000), subjects: [subject]), CallContext(deadline: .now + .seconds(20))
        ).results[0]
    }

    @Test(arguments: [
        ("200 OK", "<html>hello</html>", "did not answer like Prometheus"),
        ("502 Bad Gateway", "upstream away", "answered 502"),
        ("302 Found", "", "answered 302"),
        (
            "200 OK", #"{"status":"success","warnings":["store a is away"],"data":{"resultType":"matrix","result":[]}}"#,
            "partial answer"
        ),
        ("200 OK", #"{"status":"success","data":{"resultType":"scalar","result":[1,"2"]}}"#, "with a scalar instead of a matrix"),
        (
            "503 Unavailable", #"{"status":"error","errorType":"timeout","error":"query timed out in expression evaluation"}"#,
            "query timed out in expression evaluation (timeout)"
        ),
    ])
    func everyFaultIsSaidAndLeavesTheCursors(status: String, body: String, words: String) throws {
        let result = try problem("HTTP/1.1 \(status)\r\nContent-Length: \(body.utf8.count)\r\nConnection: close\r\n\r\n\(body)")
        #expect(result.problem?.contains(words) == true, "\(result.problem ?? "no problem")")
        #expect(result.samples.isEmpty)
        #expect(result.state["counters"] == Self.state["counters"])
        #expect(result.state["through"] == Self.state["through"])
    }

    @Test func silenceIsATimeOut() throws {
        let result = try problem("", timeout: "200ms")
        #expect(result.problem?.contains("did not answer in time") == true)
        #expect(result.samples.isEmpty)
    }
}
