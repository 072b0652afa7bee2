import Foundation
import HTTPProbe
import PluginKit
import ReleaseModel
import Testing

/// Probes against real servers on loopback, counted where they arrive.
@Suite struct ProbeRunTests {
    private static let end = Timestamp(seconds: 1_760_000_000)

    private func subject(_ servers: [(arm: String, servers: [String])], state: JSONValue? = nil, canary: Int = 100) -> CollectSubject {
        CollectSubject(
            release: "shop-1", service: "shop",
            arms: [
                Arm(name: Arm.stable, revision: "v1", weight: Weight(basisPoints: 10_000 - canary)),
                Arm(name: Arm.canary, revision: "v2", weight: Weight(basisPoints: canary)),
            ], state: state, servers: servers.map { ArmServers(arm: $0.arm, servers: $0.servers) })
    }

    private func collect(_ subject: CollectSubject, _ end: Timestamp = end, _ configuration: JSONValue = [:], within seconds: Double = 20)
        throws
        -> CollectResult
    {
        try #require(
            HTTPProbe().collect(
                CollectRequest(configuration: configuration, windowEnd: end, subjects: [subject]),
                CallContext(deadline: .now + .seconds(seconds))
            ).results.first)
    }

    private func sum(_ result: CollectResult, _ metric: String, _ arm: String) -> Double {
        result.samples.reduce(0) { sum, sample in
            guard sample.metric == metric, sample.arm == arm, case .delta(let value) = sample.value else { return sum }
            return sum + value
        }
    }

    @Test func bothArmsAreAskedAlikeAndOnlyAsOftenAsAllowed() throws {
        let (good, bad) = (try ProbedServer(status: 200), try ProbedServer(status: 503))
        defer { [good, bad].forEach { $0.stop() } }
        let servers = [(Arm.stable, [good.address]), (Arm.canary, [bad.address])]
        let result = try collect(subject(servers), Self.end, ["rate": 2, "path": "/healthz"])
        // The first window counts as ten seconds.
        #expect((good.requests.count, bad.requests.count) == (20, 20))
        #expect(sum(result, Metric.probeRequests, Arm.canary) == 20)
        #expect(sum(result, Metric.probeErrors, Arm.canary) == 20)
        #expect(sum(result, Metric.probeErrors, Arm.stable) == 0)
        #expect(result.notes?.contains { $0.contains("20 of 20 probes") && $0.contains("status 503") } == true)
        #expect(good.requests.allSatisfy { $0.hasPrefix("GET /healthz HTTP/1.1") && $0.lowercased().contains("x-tidegate-probe: shop-1") })
        #expect(result.samples.allSatisfy { $0.metric.hasPrefix("probe.") && $0.time <= Self.end })
        // Five seconds later it is half as many, and the same window again is none.
        let next = try collect(subject(servers, state: result.state), Self.end + .seconds(5), ["rate": 2, "path": "/healthz"])
        #expect(sum(next, Metric.probeRequests, Arm.stable) == 10)
        let again = try collect(subject(servers, state: next.state), Self.end + .seconds(5), ["rate": 2, "path": "/healthz"])
        #expect(again.samples.isEmpty)
        #expect(good.requests.count == 30)
    }

    @Test func theProbesOfAnArmAreDividedAmongItsServers() throws {
        let servers = try (0..<3).map { _ in try ProbedServer(status: 200) }
        defer { servers.forEach { $0.stop() } }
        var state: JSONValue?
        for window in 0..<3 {
            let result = try collect(
                subject([(Arm.stable, []), (Arm.canary, servers.map(\.address))], state: state), Self.end + .seconds(Double(window) * 10),
                ["rate": 0.1])
            state = result.state
            #expect(sum(result, Metric.probeRequests, Arm.canary) == 1)
            #expect(result.notes == ["arm stable has no servers in the target to probe"])
        }
        #expect(servers.map(\.requests.count) == [1, 1, 1])
    }

    @Test func anArmWithoutWeightIsNotAsked() throws {
        let server = try ProbedServer(status: 200)
        defer { server.stop() }
        let result = try collect(subject([(Arm.canary, [server.address])], canary: 0))
        #expect(server.requests.isEmpty)
        #expect(sum(result, Metric.probeRequests, Arm.canary) == 0)
    }

    @Test func silenceRefusalAndWrongTextAreErrors() throws {
        let (silent, wrong) = (try ProbedServer(status: nil), try ProbedServer(status: 200))
        defer { [silent, wrong].forEach { $0.stop() } }
        let result = try collect(
            subject([(Arm.stable, ["127.0.0.1:1"]), (Arm.canary, [silent.address, wrong.address])]), Self.end,
            ["rate": 0.2, "timeout": "200ms", "contains": "ready"])
        #expect(sum(result, Metric.probeErrors, Arm.canary) == 2)
        #expect(sum(result, Metric.probeErrors, Arm.stable) == 2)
        #expect(result.notes?.contains { $0.contains("does not contain 'ready'") } == true)
        guard
            case .histogram(_, _, let count, _)? = result.samples.first(where: { $0.metric == Metric.probeLatency && $0.arm == Arm.canary }
            )?.value
        else {
            Issue.record("no latency")
            return
        }
        #expect(count == 1)
    }

    /// Probes that no longer fit into the call are left out, not counted as errors.
    @Test func aCallWithoutTimeSendsNothing() throws {
        let server = try ProbedServer(status: 200)
        defer { server.stop() }
        let result = try collect(subject([(Arm.stable, []), (Arm.canary, [server.address])]), Self.end, [:], within: 1)
        #expect(server.requests.isEmpty)
        #expect(result.samples.isEmpty)
        #expect(result.notes?.contains("10 probes were not sent for want of time") == true)
    }
}
