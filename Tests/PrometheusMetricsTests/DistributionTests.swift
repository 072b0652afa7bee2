import Foundation
import PluginKit
import PrometheusMetrics
import ReleaseModel
import Testing

/// Latency as native histograms and as summaries, from a real Prometheus.
@Suite(.serialized) struct DistributionTests {
    private static let stable = ["service": "shop", "revision": "v1", "instance": "a"]
    private static let canary = #"service="shop",revision="v2",instance="b""#
    private static let latency = "http_server_requests_seconds"

    private func collect(_ url: String, _ end: Double, state: JSONValue? = nil) throws -> CollectResult {
        let subject = CollectSubject(
            release: "shop-1", service: "shop",
            arms: [
                Arm(name: Arm.stable, revision: "v1", weight: Weight(basisPoints: 9000)),
                Arm(name: Arm.canary, revision: "v2", weight: Weight(basisPoints: 1000)),
            ], state: state)
        return try PrometheusMetrics().collect(
            CollectRequest(
                configuration: ["url": .string(url)], windowEnd: Timestamp(seconds: History.origin + end), subjects: [subject]),
            CallContext(deadline: .now + .seconds(60))
        ).results[0]
    }

    private func histogram(_ result: CollectResult, _ instance: String) -> (below: [Double: Double], count: Double, sum: Double)? {
        let sample = result.samples.first { $0.metric == Metric.latency && $0.instance == instance }
        guard case .histogram(let edges, let cumulative, let count, let sum)? = sample?.value else { return nil }
        return (Dictionary(uniqueKeysWithValues: zip(edges, cumulative)), count, sum)
    }

    private func point(_ seconds: Double, schema: Int, sum: Double, zero: Int = 0, offset: Int, _ counts: [Int])
        -> RemoteWrite.Histogram
    {
        RemoteWrite.Histogram(time: History.origin + seconds, schema: schema, sum: sum, zero: zero, offset: offset, counts: counts)
    }

    @Test func nativeHistogramsBecomeExactCountsOnAFixedGrid() throws {
        let prometheus = try RealPrometheus(history: "", takesNativeHistograms: true)
        defer { prometheus.stop() }
        var write = RemoteWrite()
        // Schema 0: bucket -2 ends at 0.25 s, -1 at 0.5, 0 at 1, 1 at 2. Between the points the process restarted once.
        write.add(
            Self.latency, Self.stable,
            [
                point(0, schema: 0, sum: 4, offset: -2, [4, 2, 0, 1]),
                point(15, schema: 0, sum: 9, zero: 1, offset: -2, [10, 2, 3, 1]),
                point(30, schema: 0, sum: 2, offset: -2, [1, 1]),
                point(45, schema: 0, sum: 3, offset: -2, [1, 2]),
            ])
        // Schema 3, twice as fine as the grid: buckets 0 to 2 end at 1, 2^(1/8) and 2^(1/4) s.
        write.add(
            Self.latency, ["service": "shop", "revision": "v2", "instance": "b"],
            [point(0, schema: 3, sum: 0, offset: 0, [1]), point(15, schema: 3, sum: 7, offset: 0, [1, 2, 4])])
        try write.send(to: prometheus.url)

        let first = try collect(prometheus.url, 1)
        #expect(first.problem == nil)
        #expect(histogram(first, "a") == nil)
        let second = try collect(prometheus.url, 16, state: first.state)
        let coarse = try #require(histogram(second, "a"))
        #expect(coarse.count == 10)
        #expect(coarse.sum == 5)
        #expect(coarse.below[0.125] == 1)
        #expect(coarse.below[0.25] == 7)
        #expect(coarse.below[0.5] == 7)
        #expect(coarse.below[1] == 10)
        #expect(coarse.below[64] == 10)
        // A schema of powers of two says nothing between them.
        #expect(coarse.below.count == 17)
        let fine = try #require(histogram(second, "b"))
        #expect(fine.below[1] == 0)
        #expect(fine.below[exp2(0.25)] == 6)
        #expect(fine.below.count == 65)
        // What is left of the old process cannot be known; the new one began at zero.
        let third = try collect(prometheus.url, 46, state: second.state)
        let restarted = try #require(histogram(third, "a"))
        #expect(restarted.count == 3)
        #expect(restarted.below[0.25] == 1)
        #expect(restarted.below[0.5] == 3)
        #expect(third.shortestWindow == .seconds(15))
    }

    @Test func everyEdgeOfAClassicHistogramIsPassedOn() throws {
        let edges = ["0.005", "0.01", "0.025", "0.05", "0.1", "0.25", "0.5", "1", "2.5", "3", "5", "10", "+Inf"]
        var history = History()
        for (index, edge) in edges.enumerated() {
            history.add(Self.latency + "_bucket", Self.canary + ",le=\"\(edge)\"", "0 \(index * 2)")
        }
        let prometheus = try RealPrometheus(history: history.text)
        defer { prometheus.stop() }
        let first = try collect(prometheus.url, 0)
        let result = try #require(histogram(try collect(prometheus.url, 15, state: first.state), "b"))
        #expect(result.below.keys.sorted() == edges.dropLast().compactMap(Double.init))
        #expect(result.below[3] == 18)
        #expect(result.count == 24)
    }

    @Test func aSummaryGivesItsQuantilesAsAWeakerKind() throws {
        var history = History()
        for (uri, values) in [("/a", "0.2 0.3"), ("/b", "0.9 0.8"), ("/c", "NaN NaN")] {
            history.add(Self.latency, Self.canary + ",uri=\"\(uri)\",quantile=\"0.99\"", values)
        }
        history.add(Self.latency + "_count", Self.canary + #",uri="/a""#, "0 10")
        history.add(Self.latency + "_sum", Self.canary + #",uri="/a""#, "0 2.5")
        let prometheus = try RealPrometheus(history: history.text)
        defer { prometheus.stop() }
        let first = try collect(prometheus.url, 0)
        let second = try collect(prometheus.url, 15, state: first.state)
        let quantile = second.samples.first { $0.metric == "latency.quantile.0.99" }
        #expect(quantile?.value == .gauge(0.8))
        #expect(histogram(second, "b")?.below.isEmpty == true)
        #expect(histogram(second, "b")?.count == 10)
        #expect(second.notes?.contains { $0.contains("is a summary") } == true)
    }
}
