import PluginKit
import ReleaseModel
import Testing
import WebhookChecks

/// Endpoints are really called; what they answer becomes a value.
@Suite struct CallTests {
    private static func collect(
        _ checks: [JSONValue], at seconds: Double = 10, state: JSONValue? = nil, within time: Duration = .seconds(30)
    ) throws -> CollectResult {
        let subject = CollectSubject(
            release: "shop-1", service: "shop",
            arms: [
                Arm(name: Arm.stable, revision: "v1", weight: Weight(basisPoints: 9000)),
                Arm(name: Arm.canary, revision: "v2", weight: Weight(basisPoints: 1000)),
            ], state: state)
        let response = try WebhookChecks().collect(
            CollectRequest(
                configuration: ["checks": .array(checks)], windowEnd: Timestamp(seconds: 1_760_000_000 + seconds), subjects: [subject]),
            CallContext(deadline: .now + time))
        return try #require(response.results.first)
    }

    private static func values(_ result: CollectResult) -> [String] {
        result.samples.map { sample in if case .gauge(let value) = sample.value { "\(sample.metric)=\(value)" } else { "?" } }
    }

    @Test func twoHundredsPassAndEverythingElseFails() throws {
        let server = try AnsweringServer([200, 202, 500, 404, 302])
        defer { server.stop() }
        var state: JSONValue?
        var values: [String] = []
        for window in 1...5 {
            let result = try Self.collect(
                [["name": "gate", "url": .string(server.url), "every": "10s"]], at: Double(window) * 10, state: state)
            values += Self.values(result)
            state = result.state
        }
        #expect(values == ["check.gate=1.0", "check.gate=1.0", "check.gate=0.0", "check.gate=0.0", "check.gate=0.0"])
    }

    @Test func theBodySaysWhichReleaseItIs() throws {
        let server = try AnsweringServer([200])
        defer { server.stop() }
        let check: JSONValue = [
            "name": "load", "url": .string(server.url), "namespace": "test", "metadata": ["type": "cmd", "cmd": "hey http://shop/"],
        ]
        _ = try Self.collect([check])
        let body = try JSONValue(parsing: try #require(server.bodies.first).utf8)
        #expect(body["name"]?.string == "shop" && body["namespace"]?.string == "test" && body["phase"]?.string == "Progressing")
        #expect(body["metadata"]?["cmd"]?.string == "hey http://shop/")
        #expect(body["release"]?.string == "shop-1" && body["revision"]?.string == "v2" && body["weight"]?.number == 10)
    }

    @Test func anEndpointThatIsAwayFailsWithTheReason() throws {
        let server = try AnsweringServer([200])
        server.stop()
        let result = try Self.collect([["name": "gate", "url": "http://127.0.0.1:9/"]])
        #expect(Self.values(result) == ["check.gate=0.0"])
        #expect(result.notes?.first?.hasPrefix("check gate failed: ") == true)
        #expect(result.problem == nil)
    }

    @Test func aSecretThatIsNotThereFails() throws {
        let server = try AnsweringServer([200])
        defer { server.stop() }
        let result = try Self.collect([["name": "gate", "url": .string(server.url), "secret": "env:TIDEGATE_NO_SUCH_TOKEN"]])
        #expect(Self.values(result) == ["check.gate=0.0"])
        #expect(server.bodies.isEmpty)
    }

    @Test func aCallWithoutTimeLeftAsksNobody() throws {
        let server = try AnsweringServer([200])
        defer { server.stop() }
        let result = try Self.collect([["name": "gate", "url": .string(server.url)]], within: .milliseconds(100))
        #expect(Self.values(result) == ["check.gate.waiting=1.0"], "it is due still")
        #expect(server.bodies.isEmpty)
    }

    @Test func wrongSettingsAreAFailureOfTheCall() {
        #expect(throws: PluginFailure.self) { try Self.collect([["name": "gate"]]) }
    }
}
