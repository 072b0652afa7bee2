import Foundation
import PluginKit
import PrometheusMetrics
import ReleaseModel
import Testing

/// Previous days of a real Prometheus, read once the new revision has all users.
@Suite(.serialized) struct SeasonTests {
    private static let requests = "http_server_requests_seconds_count"
    private static let buckets = "http_server_requests_seconds_bucket"
    private static let day = 288
    private let context = CallContext(deadline: .now + .seconds(60))

    private func subject(_ service: String, _ canary: Int = 10_000, state: JSONValue? = nil) -> CollectSubject {
        CollectSubject(
            release: "\(service)-1", service: service,
            arms: [
                Arm(name: Arm.stable, revision: "v1", weight: Weight(basisPoints: 10_000 - canary)),
                Arm(name: Arm.canary, revision: "v2", weight: Weight(basisPoints: canary)),
            ], state: state)
    }

    private func collect(_ plugin: PrometheusMetrics, _ url: String, _ seconds: Double, _ subject: CollectSubject) throws -> CollectResponse
    {
        try plugin.collect(
            CollectRequest(
                configuration: ["url": .string(url)], windowEnd: Timestamp(seconds: History.origin + 2 * 86_400 + seconds),
                subjects: [subject]), context)
    }

    /// A counter that grows by `step` every five minutes for half an hour from the same time of each day on.
    private func values(_ steps: [Double]) -> String {
        var values = Array(repeating: "_", count: 2 * Self.day + 10)
        for (day, step) in steps.enumerated() {
            for place in 0...6 { values[day * Self.day + place] = "\(Int(Double(place) * step))" }
        }
        return values.joined(separator: " ")
    }

    private func prometheus() throws -> RealPrometheus {
        var history = History()
        for service in ["shop", "cart"] {
            // Another revision ran on each day, on two instances.
            for (revision, steps) in [("v0", [100.0, 0, 0]), ("v1", [0, 200, 0]), ("v2", [0, 0, 300])] {
                for instance in ["a", "b"] {
                    let labels = "service=\"\(service)\",revision=\"\(revision)\",instance=\"\(instance)\""
                    history.add(Self.requests, labels + #",status="200""#, step: 300, values(steps))
                    history.add(Self.requests, labels + #",status="500""#, step: 300, values(steps.map { $0 / 100 }))
                    for (edge, share) in [("0.1", 0.5), ("1", 0.9), ("+Inf", 1)] {
                        history.add(Self.buckets, labels + ",le=\"\(edge)\"", step: 300, values(steps.map { $0 * share }))
                    }
                }
            }
        }
        return try RealPrometheus(history: history.text)
    }

    private func season(_ response: CollectResponse) -> [Sample] { response.results[0].samples.filter { $0.metric.hasSuffix(".season") } }

    @Test func theSameTimeOfPreviousDaysIsRead() throws {
        let prometheus = try prometheus()
        defer { prometheus.stop() }
        let plugin = PrometheusMetrics()
        // While stable has users nobody asks.
        #expect(try season(collect(plugin, prometheus.url, 600, subject("shop", 5000))).isEmpty)
        let response = try collect(plugin, prometheus.url, 600, subject("shop"))
        let samples = season(response)
        func value(_ metric: String, _ instance: String) -> SampleValue? {
            samples.first { $0.metric == metric && $0.instance == instance }?.value
        }
        // Four steps of five minutes on two instances; errors are requests too.
        #expect(value("requests.season", "1d") == .delta(2 * 4 * 202))
        #expect(value("requests.season", "2d") == .delta(2 * 4 * 101))
        #expect(value("errors.season", "1d") == .delta(2 * 4 * 2))
        #expect(value("errors.season", "2d") == .delta(2 * 4 * 1))
        #expect(
            value("latency.season", "1d")
                == .histogram(edges: [0.1, 1], cumulative: [800, 1440], count: 1600, sum: 0))
        #expect(samples.allSatisfy { $0.arm == Arm.stable && ["1d", "2d"].contains($0.instance) })
        #expect(response.queries.filter { $0.query.contains("offset") }.count == 3)
        // Not again for five minutes.
        let state = response.results[0].state
        let soon = try collect(plugin, prometheus.url, 630, subject("shop", state: state))
        #expect(season(soon).isEmpty)
        #expect(!soon.queries.contains { $0.query.contains("offset") })
    }

    @Test func oneReleaseAsksForAll() throws {
        let prometheus = try prometheus()
        defer { prometheus.stop() }
        let plugin = PrometheusMetrics()
        var states: [String: JSONValue] = [:]
        for (seconds, asked) in [(600.0, [3, 3]), (930, [3, 3]), (1260, [3, 0])] {
            for (service, queries) in zip(["shop", "cart"], asked) {
                let response = try collect(plugin, prometheus.url, seconds, subject(service, state: states[service]))
                #expect(response.queries.filter { $0.query.contains("offset") }.count == queries, "\(service) at \(seconds)")
                #expect(season(response).contains { $0.metric == "requests.season" && $0.instance == "1d" }, "\(service) at \(seconds)")
                states[service] = response.results[0].state
            }
        }
    }

    @Test func noDaysMeansNoQuestion() throws {
        let prometheus = try prometheus()
        defer { prometheus.stop() }
        let response = try PrometheusMetrics().collect(
            CollectRequest(
                configuration: ["url": .string(prometheus.url), "previousDays": 0],
                windowEnd: Timestamp(seconds: History.origin + 2 * 86_400 + 600), subjects: [subject("shop")]), context)
        #expect(response.results[0].problem == nil)
        #expect(season(response).isEmpty && !response.queries.contains { $0.query.contains("offset") })
    }
}
