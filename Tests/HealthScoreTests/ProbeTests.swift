import Foundation
import HealthScore
import PluginKit
import ReleaseModel
import Testing

/// Probes stand in where there are no users, and never among them.
@Suite struct ProbeTests {
    /// One window of users and probes.
    private struct Window {
        var users: Double = 0
        var userErrors: Double = 0
        var probes: Double? = 30
        var probeErrors: Double = 0
    }

    private func poll(
        _ run: inout ReleaseRun, _ state: inout JSONValue?, _ index: Int, _ window: Window, configuration: JSONValue = ["probes": true]
    )
        throws
    {
        let end = ReleaseRun.origin + Double(index + 1) * 10
        var samples =
            ReleaseRun.samples([Shown(requests: window.users, errors: window.userErrors)], Arm.canary, end, 1)
            + ReleaseRun.samples([Shown(requests: 900)], Arm.stable, end, 1)
        for arm in [Arm.canary, Arm.stable] {
            guard let probes = window.probes else { continue }
            func add(_ metric: String, _ value: SampleValue) {
                samples.append(Sample(metric: metric, arm: arm, instance: "\(arm):8080", time: Timestamp(seconds: end), value: value))
            }
            add(Metric.probeRequests, .delta(probes))
            add(Metric.probeErrors, .delta(arm == Arm.canary ? window.probeErrors : 0))
            add(Metric.probeLatency, .histogram(edges: [0.1, 0.5], cumulative: [probes, probes], count: probes, sum: probes * 0.05))
        }
        try run.evaluate(
            EvaluationInput(
                release: "shop-1", service: "shop", configuration: configuration, state: state, arms: [], samples: samples, logs: [],
                problems: [], windowStart: Timestamp(seconds: end - 10), windowEnd: Timestamp(seconds: end), warmUp: .zero, mark: nil,
                baking: false))
        state = run.state
    }

    @Test func withoutUsersTheProbesSpeakAndSaySo() throws {
        var (run, state) = (ReleaseRun(), JSONValue?.none)
        for index in 0..<30 { try poll(&run, &state, index, Window()) }
        #expect(run.reading("errors.guilty") == .bool(false))
        #expect(run.evidence("errors.guilty")["source"]?.string == "probes")
        #expect(run.number("samples") == 900)
        #expect(run.evidence("samples")["users"]?.number == 0)
        #expect(run.evidence("samples")["probes"]?.number == 900)
        #expect(run.reading("complete") == .bool(true))
        for index in 30..<60 { try poll(&run, &state, index, Window(probeErrors: 10)) }
        #expect(run.reading("errors.guilty") == .bool(true))
    }

    @Test func withUsersTheirErrorRatioHasNoProbeInIt() throws {
        var (run, state) = (ReleaseRun(), JSONValue?.none)
        for index in 0..<30 { try poll(&run, &state, index, Window(users: 10, userErrors: 1, probes: 200)) }
        let evidence = run.evidence("errors.guilty")
        #expect(evidence["source"]?.string == "users")
        #expect(evidence["canary"]?["rate"]?.number == 0.1)
        #expect(run.reading("errors.guilty") == .bool(true))
        #expect(run.number("samples") == 300)
    }

    @Test func whatProbesProveCountsBesideUsers() throws {
        var (run, state) = (ReleaseRun(), JSONValue?.none)
        for index in 0..<30 { try poll(&run, &state, index, Window(users: 100, probeErrors: 15)) }
        #expect(run.reading("errors.guilty") == .bool(true))
        #expect(run.evidence("errors.guilty")["source"]?.string == "probes")
        #expect(run.evidence("score")["source"]?.string == "users")
    }

    @Test func withoutTheSettingProbesAreNotLookedAt() throws {
        var (run, state) = (ReleaseRun(), JSONValue?.none)
        for index in 0..<10 { try poll(&run, &state, index, Window(probeErrors: 30), configuration: [:]) }
        #expect(run.reading("errors.guilty")?.isKnown == false)
        #expect(run.number("samples") == 0)
        #expect(run.evidence("samples")["probes"] == nil)
    }

    @Test func bothJudgementsTogetherSpendNoMoreThanFalseRollback() throws {
        var (run, state) = (ReleaseRun(), JSONValue?.none)
        try poll(&run, &state, 0, Window(users: 100))
        let users = try #require(run.evidence("errors.guilty")["alpha"]?.number)
        try poll(&run, &state, 1, Window(users: 0))
        for index in 2..<12 { try poll(&run, &state, index, Window()) }
        let probes = try #require(run.evidence("errors.guilty")["alpha"]?.number)
        #expect(run.evidence("errors.guilty")["source"]?.string == "probes")
        #expect(abs(users + probes - 0.01 * 0.3) < 1e-12)
    }
}
