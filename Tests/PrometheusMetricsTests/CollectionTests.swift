import Foundation
import PluginKit
import PrometheusMetrics
import ReleaseModel
import Testing

/// Against a real Prometheus with a history of exact points, one every 15 s.
@Suite(.serialized) struct CollectionTests {
    private let context = CallContext(deadline: .now + .seconds(60))

    private func at(_ seconds: Double) -> Timestamp { Timestamp(seconds: History.origin + seconds) }

    private func subject(_ service: String = "shop", state: JSONValue? = nil) -> CollectSubject {
        CollectSubject(
            release: "\(service)-1", service: service,
            arms: [
                Arm(name: Arm.stable, revision: "v1", weight: Weight(basisPoints: 9000)),
                Arm(name: Arm.canary, revision: "v1.2", weight: Weight(basisPoints: 1000)),
            ], state: state)
    }

    private func collect(_ url: String, _ end: Double, _ subjects: [CollectSubject], _ more: [String: JSONValue] = [:]) throws
        -> CollectResponse
    {
        var configuration: [String: JSONValue] = ["url": .string(url)]
        configuration.merge(more) { $1 }
        return try PrometheusMetrics().collect(
            CollectRequest(configuration: .object(configuration), windowEnd: at(end), subjects: subjects), context)
    }

    private func delta(_ result: CollectResult, _ metric: String, _ arm: String, _ instance: String) -> Double? {
        guard case .delta(let value)? = value(result, metric, arm, instance) else { return nil }
        return value
    }

    private func value(_ result: CollectResult, _ metric: String, _ arm: String, _ instance: String) -> SampleValue? {
        result.samples.first { $0.metric == metric && $0.arm == arm && $0.instance == instance }?.value
    }

    private static let stable = #"service="shop",revision="v1",instance="a""#
    private static let canary = #"service="shop",revision="v1.2",instance="b""#
    private static let requests = "http_server_requests_seconds_count"

    /// The second reading brings stable's windows from before the first, once.
    @Test func stablesPastIsReadOnce() throws {
        var history = History()
        let counts = (0..<45).map { String(100 + 10 * $0) }.joined(separator: " ")
        let errors = (0..<45).map { String($0 / 2) }.joined(separator: " ")
        history.add(Self.requests, Self.stable + #",status="200""#, counts)
        history.add(Self.requests, Self.stable + #",status="500""#, errors)
        history.add(Self.requests, Self.canary + #",status="200""#, counts)
        let prometheus = try RealPrometheus(history: history.text)
        defer { prometheus.stop() }

        let first = try collect(prometheus.url, 600, [subject()]).results[0]
        #expect(!first.samples.contains { $0.metric.hasSuffix(".before") })
        let second = try collect(prometheus.url, 630, [subject(state: first.state)]).results[0]
        let before = second.samples.filter { $0.metric == "requests.before" }
        #expect(before.allSatisfy { $0.arm == Arm.stable && $0.instance == "all" })
        // Windows of 30 s hold two scrapes: twenty requests and one error more. The series begins in the first of them.
        #expect(before.count == 20)
        #expect(before.last?.time == at(600))
        #expect(before.dropFirst().allSatisfy { $0.value == .delta(21) })
        let wrong = second.samples.filter { $0.metric == "errors.before" }
        #expect(wrong.dropFirst().allSatisfy { $0.value == .delta(1) })
        let third = try collect(prometheus.url, 660, [subject(state: second.state)]).results[0]
        #expect(!third.samples.contains { $0.metric.hasSuffix(".before") })
        #expect(delta(third, Metric.requests, Arm.canary, "b") == 20)
    }

    @Test func deltasAreExactAcrossWindowsResetsAndNewSeries() throws {
        var history = History()
        //                                                            0  15  30  45  60   75 90  105
        history.add(Self.requests, Self.stable + #",status="200""#, "100 110 125 125 1000 7 17 17")
        history.add(Self.requests, Self.canary + #",status="200""#, "_   _   5   9   12   13 20 NaN")
        history.add(Self.requests, Self.canary + #",status="500""#, "_   _   _   _   3   4 4 4")
        let prometheus = try RealPrometheus(history: history.text)
        defer { prometheus.stop() }

        let first = try collect(prometheus.url, 20, [subject()]).results[0]
        #expect(first.problem == nil)
        #expect(delta(first, Metric.requests, Arm.stable, "a") == 10)
        #expect(delta(first, Metric.errors, Arm.stable, "a") == 0)
        #expect(delta(first, Metric.requests, Arm.canary, "b") == nil)

        // The canary appears: its first point is where counting begins.
        let second = try collect(prometheus.url, 35, [subject(state: first.state)]).results[0]
        #expect(delta(second, Metric.requests, Arm.stable, "a") == 15)
        #expect(delta(second, Metric.requests, Arm.canary, "b") == nil)

        // Its first 500 is a new label set on a known instance: it began at zero. Two scrapes lie in this window.
        let third = try collect(prometheus.url, 62, [subject(state: second.state)]).results[0]
        #expect(delta(third, Metric.requests, Arm.stable, "a") == 875)
        #expect(delta(third, Metric.requests, Arm.canary, "b") == 10)
        #expect(delta(third, Metric.errors, Arm.canary, "b") == 3)
        #expect(delta(third, Metric.errors, Arm.stable, "a") == 0)

        // The stable process restarted: 1000 -> 7 is a growth of 7, and of 10 more.
        let fourth = try collect(prometheus.url, 95, [subject(state: third.state)]).results[0]
        #expect(delta(fourth, Metric.requests, Arm.stable, "a") == 17)
        #expect(delta(fourth, Metric.requests, Arm.canary, "b") == 9)
        #expect(delta(fourth, Metric.errors, Arm.canary, "b") == 1)

        // No growth is a known zero; NaN is no point at all. The other series still has its point.
        let fifth = try collect(prometheus.url, 110, [subject(state: fourth.state)]).results[0]
        #expect(delta(fifth, Metric.requests, Arm.stable, "a") == 0)
        #expect(delta(fifth, Metric.requests, Arm.canary, "b") == 0)

        // After the last scrape there is nothing to say.
        let sixth = try collect(prometheus.url, 140, [subject(state: fifth.state)]).results[0]
        #expect(sixth.samples.isEmpty)
        #expect(sixth.problem == nil)
    }

    @Test func pointsAfterTheWindowAreLeftForTheNext() throws {
        var history = History()
        history.add(Self.requests, Self.stable + #",status="200""#, "0 1 3 7 15")
        let prometheus = try RealPrometheus(history: history.text)
        defer { prometheus.stop() }
        let first = try collect(prometheus.url, 15, [subject()]).results[0]
        let again = try collect(prometheus.url, 15, [subject()]).results[0]
        #expect(first == again)
        let oneStep = try collect(prometheus.url, 29.999, [subject(state: first.state)]).results[0]
        #expect(oneStep.samples.allSatisfy { $0.metric.hasSuffix(".before") })
        let next = try collect(prometheus.url, 30, [subject(state: oneStep.state)]).results[0]
        #expect(delta(next, Metric.requests, Arm.stable, "a") == 2)
        // A window that was read already finds nothing new and moves nothing back.
        let repeated = try collect(prometheus.url, 30, [subject(state: next.state)]).results[0]
        #expect(repeated.samples.isEmpty)
        #expect(repeated.state == next.state)
        let last = try collect(prometheus.url, 60, [subject(state: repeated.state)]).results[0]
        #expect(delta(last, Metric.requests, Arm.stable, "a") == 12)
    }

    @Test func histogramsAndGaugesComePerInstance() throws {
        var history = History()
        for (edge, values) in [("0.1", "0 4 8"), ("0.5", "0 5 9"), ("+Inf", "0 6 12")] {
            for uri in ["/a", "/b"] {
                history.add("http_server_requests_seconds_bucket", Self.canary + ",uri=\"\(uri)\",le=\"\(edge)\"", values)
            }
        }
        history.add("http_server_requests_seconds_sum", Self.canary + #",uri="/a""#, "0 1.5 4")
        history.add("http_server_requests_seconds_sum", Self.canary + #",uri="/b""#, "0 1 2")
        history.add(Self.requests, Self.canary + #",uri="/a""#, "0 6 12")
        history.add(Self.requests, Self.canary + #",uri="/b""#, "0 6 12")
        history.add("jvm_gc_pause_seconds_count", Self.canary + #",cause="A""#, "1 1 3")
        history.add("jvm_gc_pause_seconds_sum", Self.canary + #",cause="A""#, "0.1 0.1 0.75")
        history.add("jvm_gc_live_data_size_bytes", Self.canary, "1e6 2e6 3e6")
        history.add("process_start_time_seconds", Self.canary, "1760000000.25 1760000000.25 1760000000.25")
        let prometheus = try RealPrometheus(history: history.text)
        defer { prometheus.stop() }
        let first = try collect(prometheus.url, 0, [subject()]).results[0]
        #expect(value(first, Metric.memoryFloor, Arm.canary, "b") == .gauge(1e6))
        let second = try collect(prometheus.url, 31, [subject(state: first.state)]).results[0]
        #expect(second.problem == nil)
        #expect(
            value(second, Metric.latency, Arm.canary, "b") == .histogram(edges: [0.1, 0.5], cumulative: [16, 18], count: 24, sum: 6))
        #expect(value(second, Metric.gcPauses, Arm.canary, "b") == .histogram(edges: [], cumulative: [], count: 2, sum: 0.65))
        #expect(value(second, Metric.memoryFloor, Arm.canary, "b") == .gauge(3e6))
        #expect(value(second, Metric.processStart, Arm.canary, "b") == .gauge(1_760_000_000.25))
        #expect(second.samples.first { $0.metric == Metric.memoryFloor }?.time == at(30))
    }

    @Test func allReleasesShareOneQueryPerMetric() throws {
        var history = History()
        for (service, growth) in [("shop", "0 1 2"), ("cart", "0 10 20"), ("shop2", "0 100 200")] {
            history.add(Self.requests, #"service="\#(service)",revision="v1",instance="a",status="200""#, growth)
        }
        // A dot in a revision must not match just any character.
        history.add(Self.requests, #"service="cart",revision="v1x2",instance="x",status="200""#, "0 5 9")
        let prometheus = try RealPrometheus(history: history.text)
        defer { prometheus.stop() }
        let response = try collect(prometheus.url, 15, [subject("shop"), subject("cart")])
        // And one more, since the canaries have no series yet.
        let queries = response.queries.filter { !$0.query.hasPrefix("count by (service,revision)") }
        #expect((queries.count, response.queries.count) == (6, 7))
        #expect(queries.allSatisfy { $0.query.contains(#"service=~"cart|shop",revision=~"v1|v1\\.2""#) })
        #expect(response.queries.first { $0.query.hasPrefix(Self.requests + "{") }?.series == 2)
        #expect(delta(response.results[0], Metric.requests, Arm.stable, "a") == 1)
        #expect(delta(response.results[1], Metric.requests, Arm.stable, "a") == 10)
        #expect(response.results.map(\.release) == ["shop-1", "cart-1"])
    }

    @Test func anAbsentMetricIsNoFaultAndNoSample() throws {
        let prometheus = try RealPrometheus(history: "")
        defer { prometheus.stop() }
        let result = try collect(prometheus.url, 15, [subject()]).results[0]
        #expect(result.samples.isEmpty)
        #expect(result.problem == nil)
    }

    @Test func whatPrometheusRefusesIsSaidInItsOwnWords() throws {
        var history = History()
        history.add(Self.requests, Self.stable + #",status="200""#, "0 1 3")
        let prometheus = try RealPrometheus(history: history.text)
        defer { prometheus.stop() }
        let good = try collect(prometheus.url, 15, [subject()]).results[0]
        let bad = try collect(prometheus.url, 30, [subject(state: good.state)], ["errors": "status=~"]).results[0]
        #expect(bad.samples.isEmpty)
        #expect(bad.state["counters"] == good.state["counters"])
        #expect(bad.state["through"] == good.state["through"])
        #expect(bad.problem?.contains("parse error") == true)
        // Nothing was lost meanwhile.
        let later = try collect(prometheus.url, 30, [subject(state: bad.state)]).results[0]
        #expect(delta(later, Metric.requests, Arm.stable, "a") == 2)
    }

    @Test func tooManySeriesAreAProblemAndNotACut() throws {
        var history = History()
        for number in 0..<5 { history.add(Self.requests, #"service="shop",revision="v1",instance="a",status="20\#(number)""#, "0 1") }
        history.add(Self.requests, #"service="cart",revision="v1",instance="a",status="200""#, "0 1")
        let prometheus = try RealPrometheus(history: history.text)
        defer { prometheus.stop() }
        let response = try collect(prometheus.url, 15, [subject(), subject("cart")], ["maximumSeries": 4])
        #expect(response.results[0].samples.isEmpty)
        #expect(response.results[0].problem?.contains("5 series, more than maximumSeries (4)") == true)
        // The other release is asked for apart, and does not suffer.
        #expect(response.results[1].problem == nil)
        #expect(delta(response.results[1], Metric.requests, Arm.stable, "a") == 1)
    }

    @Test func anArmWithoutSeriesIsToldWhichRevisionsThereAre() throws {
        var history = History()
        history.add(Self.requests, Self.stable + #",status="200""#, "0 1 3")
        history.add(Self.requests, #"service="shop",revision="v1-2",instance="b",status="200""#, "0 1 3")
        let prometheus = try RealPrometheus(history: history.text)
        defer { prometheus.stop() }
        let first = try collect(prometheus.url, 15, [subject()])
        #expect(first.queries.count == 7)
        #expect(first.results[0].problem == nil)
        #expect(
            first.results[0].notes?.contains {
                $0.contains(#"no series has service="shop" and revision="v1.2" (arm canary); there is revision "v1", "v1-2""#)
            } == true, "\(first.results[0].notes ?? [])")
        // It is not asked again at once, and the arm's silence is still said.
        let second = try collect(prometheus.url, 30, [subject(state: first.results[0].state)])
        #expect(second.queries.count == 6)
        #expect(second.results[0].notes?.contains { $0.contains("(arm canary)") } == true)
    }

    @Test func aPrometheusThatStandsStillCostsTimeAndNoSample() throws {
        var history = History()
        history.add(Self.requests, Self.stable + #",status="200""#, "0 1 3 6")
        let prometheus = try RealPrometheus(history: history.text)
        defer { prometheus.stop() }
        let good = try collect(prometheus.url, 15, [subject()]).results[0]
        try prometheus.freeze()
        let began = ContinuousClock.now
        let frozen = try collect(prometheus.url, 30, [subject(state: good.state)], ["timeout": "200ms"])
        // One time-out, not one for each metric.
        #expect(ContinuousClock.now - began < .seconds(5))
        #expect(frozen.results[0].problem?.contains("did not answer in time") == true)
        #expect(frozen.results[0].samples.isEmpty)
        #expect(frozen.provider?.faults == ["timedOut": 1])
        #expect(frozen.queries.count == 1)
        prometheus.thaw()
        let later = try collect(prometheus.url, 45, [subject(state: frozen.results[0].state)]).results[0]
        #expect(delta(later, Metric.requests, Arm.stable, "a") == 5)
    }
}
