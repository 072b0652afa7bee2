import Foundation
import PluginKit
import PrometheusMetrics
import ReleaseModel
import Testing

@Suite struct FaultTests {
    private func collect(_ configuration: JSONValue, state: JSONValue? = nil) throws -> CollectResponse {
        let subject = CollectSubject(
            release: "shop-1", service: "shop", arms: [Arm(name: Arm.stable, revision: "v1", weight: .full)], state: state)
        return try PrometheusMetrics().collect(
            CollectRequest(configuration: configuration, windowEnd: Timestamp(seconds: 1_760_000_000), subjects: [subject]),
            CallContext(deadline: .now + .seconds(20)))
    }

    @Test func aDeadServerLeavesTheCursorsWhereTheyWere() throws {
        let state: JSONValue = [
            "version": 1, "through": .string(Timestamp(seconds: 1_759_999_990).description), "instances": [],
            "counters": ["requests": ["a/b": [1_759_999_985, 12]]],
        ]
        let result = try collect(["url": "http://127.0.0.1:1"], state: state).results[0]
        #expect(result.samples.isEmpty)
        #expect(result.state["counters"] == state["counters"])
        #expect(result.state["through"] == state["through"])
        #expect(result.problem?.hasPrefix("Prometheus at http://127.0.0.1:1 cannot be reached") == true)
    }

    @Test func aSecretThatIsNotThereIsAProblemWithoutTheSecret() throws {
        let result = try collect(["url": "http://127.0.0.1:1", "secret": "env:TIDEGATE_TEST_NO_SUCH_VARIABLE"]).results[0]
        #expect(result.problem?.contains("TIDEGATE_TEST_NO_SUCH_VARIABLE is not set") == true)
    }

    @Test(
        arguments: [
            ([:], "url"),
            (["url": "127.0.0.1:9090"], "url"),
            (["url": "http://user:pw@127.0.0.1:9090"], "url"),
            (["url": "http://127.0.0.1:9090/?a=b"], "url"),
            (["url": "http://127.0.0.1:9090", "scrape": "15"], "scrape"),
            (["url": "http://127.0.0.1:9090", "secret": "hunter2"], "secret"),
            (["url": "http://127.0.0.1:9090", "certFile": "/tmp/a.pem"], "keyFile"),
            (["url": "http://127.0.0.1:9090", "labels": ["revision": "a-b"]], "labels.revision"),
            (["url": "http://127.0.0.1:9090", "labels": ["pod": "pod"]], "labels.pod"),
            (["url": "http://127.0.0.1:9090", "metrics": ["requests": "a{b}"]], "metrics.requests"),
            (["url": "http://127.0.0.1:9090", "metrics": ["cpu": "x"]], "metrics.cpu"),
        ] as [(JSONValue, String)])
    func badSettingsAreNamed(configuration: JSONValue, setting: String) {
        let problems = PrometheusMetrics().validate(configuration)
        #expect(problems.map(\.setting) == [setting])
        #expect(!problems.contains { $0.reason.contains("hunter2") })
        #expect(throws: PluginFailure.self) { try collect(configuration) }
    }

    @Test func goodSettingsPass() {
        let problems = PrometheusMetrics().validate([
            "url": "https://prometheus.example:9090/prefix/", "scrape": "5s", "timeout": "2s", "secret": "file:/run/token",
            "labels": ["service": "app", "revision": "version"], "metrics": ["gc": .null, "requests": "requests_total"],
            "errors": "code=~\"5..\"", "maximumSeries": 100,
        ])
        #expect(problems.isEmpty)
    }
}
