import Foundation
import PluginKit
import PrometheusMetrics
import ReleaseModel
import Testing

/// Many releases in one call: queries are counted where they arrive.
@Suite struct FleetTests {
    private static let end = Timestamp(seconds: 1_760_000_000)
    private static let requests = "http_server_requests_seconds_count"

    private func subjects(_ count: Int, states: [JSONValue]? = nil) -> [CollectSubject] {
        (0..<count).map { number in
            CollectSubject(
                release: "service-\(number)-1", service: "service-\(number)",
                arms: [
                    Arm(name: Arm.stable, revision: "v1", weight: Weight(basisPoints: 9000)),
                    Arm(name: Arm.canary, revision: "v2", weight: Weight(basisPoints: 1000)),
                ], state: states?[number])
        }
    }

    private func collect(_ url: String, _ subjects: [CollectSubject], _ end: Timestamp = end, _ more: [String: JSONValue] = [:]) throws
        -> CollectResponse
    {
        var configuration: [String: JSONValue] = ["url": .string(url), "timeout": "30s"]
        configuration.merge(more) { $1 }
        return try PrometheusMetrics().collect(
            CollectRequest(configuration: .object(configuration), windowEnd: end, subjects: subjects),
            CallContext(deadline: .now + .seconds(120)))
    }

    /// Queries for requests that brought nothing, because the answer was too large.
    private func discarded(_ response: CollectResponse) -> Int {
        response.queries.filter { $0.query.hasPrefix(Self.requests + "{") && !$0.query.contains("status") && $0.series == 0 }.count
    }

    /// What Prometheus would answer: a series of requests for both revisions of every service that the query names.
    private static func answer(_ query: String) -> String {
        guard query.hasPrefix(requests + "{"), !query.contains("status"), let names = query.split(separator: "\"").dropFirst().first else {
            return ScriptedServer.ok("")
        }
        let time = 1_759_999_990
        let rows = names.split(separator: "|").flatMap { name in
            ["v1", "v2"].map { revision in
                #"{"metric":{"__name__":"\#(requests)","service":"\#(name)","revision":"\#(revision)","instance":"a"},"#
                    + #""values":[[\#(time - 15),"5"],[\#(time),"\#(name.utf8.count + 5)"]]}"#
            }
        }
        return ScriptedServer.ok(rows.joined(separator: ","))
    }

    @Test func fiveThousandReleasesCostTheQueriesOfOne() throws {
        let server = try ScriptedServer(Self.answer)
        defer { server.stop() }
        _ = try collect(server.url, subjects(1))
        let ofOne = server.requests
        let response = try collect(server.url, subjects(5000))
        #expect(ofOne == 6)
        #expect(server.requests - ofOne == ofOne)
        #expect(response.queries.count == ofOne)
        #expect(response.results.count == 5000)
        #expect(response.results.allSatisfy { $0.problem == nil && $0.samples.count == 4 })
        let last = response.results[4999].samples.first { $0.metric == Metric.requests && $0.arm == Arm.canary }
        #expect(last?.value == .delta(Double("service-4999".utf8.count)))
    }

    /// Three calls of 64; `make bench` does the same with 5,000 releases.
    private static let fleet = 192

    /// A controller visits releases a few at a time: however many calls a window takes, it costs the queries of one release.
    @Test func aFleetInManyCallsCostsTheQueriesOfOneATick() throws {
        let server = try ScriptedServer(Self.answer)
        defer { server.stop() }
        let plugin = PrometheusMetrics()
        let all = subjects(Self.fleet)
        var states = [JSONValue?](repeating: nil, count: Self.fleet)
        var costs: [Int] = []
        var samples = 0
        for tick in 0..<4 {
            let end = Self.end + .seconds(Double(tick) * 10)
            let before = server.requests
            for first in stride(from: 0, to: Self.fleet, by: 64) {
                let numbers = first..<min(first + 64, Self.fleet)
                var batch = Array(all[numbers])
                for (index, number) in numbers.enumerated() { batch[index].state = states[number] }
                let response = try plugin.collect(
                    CollectRequest(configuration: ["url": .string(server.url), "timeout": "30s"], windowEnd: end, subjects: batch),
                    CallContext(deadline: .now + .seconds(60)))
                #expect(response.results.allSatisfy { $0.problem == nil })
                #expect(response.queries.count == 6)
                for (result, number) in zip(response.results, numbers) {
                    states[number] = result.state
                    if tick == 0 { samples += result.samples.count }
                }
            }
            costs.append(server.requests - before)
        }
        // Nobody is known at first; then who will come, and after the second window when.
        #expect(costs[0] == 3 * 6)
        #expect(costs.dropFirst(2).allSatisfy { $0 == 6 }, "\(costs)")
        #expect(samples == Self.fleet * 4)
    }

    /// What an earlier call has brought along is judged like an answer of one's own: also for counters that grow from window to window.
    @Test func anAnswerThatWasBroughtAlongCountsTheSame() throws {
        let server = try ScriptedServer { query in
            guard query.hasPrefix(Self.requests + "{"), !query.contains("status") else { return ScriptedServer.ok("") }
            let rows = (0..<2).filter { query.contains("service-\($0)") }.map { number in
                let points = (0..<12).map { "[\(1_759_999_950 + $0 * 10),\"\(100 + $0 * (number + 3))\"]" }.joined(separator: ",")
                return #"{"metric":{"service":"service-\#(number)","revision":"v1","instance":"a"},"values":[\#(points)]}"#
            }
            return ScriptedServer.ok(rows.joined(separator: ","))
        }
        defer { server.stop() }
        let shared = PrometheusMetrics()
        var states = [JSONValue?](repeating: nil, count: 2)
        for tick in 0..<5 {
            let end = Self.end + .seconds(Double(tick) * 10)
            for number in 0..<2 {
                var subject = subjects(2)[number]
                subject.state = states[number]
                let request = CollectRequest(configuration: ["url": .string(server.url)], windowEnd: end, subjects: [subject])
                let context = CallContext(deadline: .now + .seconds(60))
                let (own, alone) = (
                    try shared.collect(request, context).results[0], try PrometheusMetrics().collect(request, context).results[0]
                )
                #expect(own.samples == alone.samples)
                #expect(own.state["counters"] == alone.state["counters"])
                if tick > 0 { #expect(own.samples.first { $0.metric == Metric.requests }?.value == .delta(Double(number + 3))) }
                states[number] = own.state
            }
        }
        // Both releases asked in the first window and the second, then one of them for both, six times each; the other half asked alone.
        #expect(server.requests <= 5 * 2 * 7 + 2 * 2 * 7 + 3 * 7)
    }

    @Test func aSmallerBoundOnSeriesSplitsOnceAndIsKnownTheNextTime() throws {
        let server = try ScriptedServer(Self.answer)
        defer { server.stop() }
        // 40 releases of 2 series against 20 in an answer. Never read, they are taken for one series each: two groups, and both are halved.
        let first = try collect(server.url, subjects(40), Self.end, ["maximumSeries": 20])
        #expect(first.results.allSatisfy { $0.problem == nil && $0.samples.count == 4 })
        #expect(discarded(first) == 2)
        // Now what each of them has is known: 4 groups of 10, 6 metrics, and no answer is thrown away.
        let learning = server.requests
        let second = try collect(
            server.url, subjects(40, states: first.results.map(\.state)), Self.end + .seconds(10), ["maximumSeries": 20])
        #expect(server.requests - learning == 4 * 6)
        #expect(discarded(second) == 0)
        #expect(second.results.allSatisfy { $0.problem == nil })
    }

    @Test func everyReleaseHasItsOwnWindow() throws {
        let server = try ScriptedServer(Self.answer)
        defer { server.stop() }
        var both = subjects(2)
        both[0].windowEnd = Timestamp(seconds: 1_759_999_980)
        let response = try collect(server.url, both)
        // Only the first point lies in the first release's window: a place to begin at.
        #expect(response.results[0].samples.isEmpty)
        #expect(response.results[1].samples.filter { $0.metric == Metric.requests }.map(\.value) == [.delta(9), .delta(9)])
        #expect(response.results[0].state["through"]?.string == both[0].windowEnd?.description)
    }

    @Test func oneReleaseWithTooManySeriesHurtsNoOther() throws {
        let server = try ScriptedServer { query in
            guard query.hasPrefix(Self.requests + "{"), !query.contains("status") else { return ScriptedServer.ok("") }
            let rows = (0..<9).filter { query.contains("service-\($0)") }.flatMap { number in
                (0..<(number == 3 ? 30 : 1)).map { uri in
                    #"{"metric":{"service":"service-\#(number)","revision":"v1","instance":"a","uri":"\#(uri)"},"#
                        + #""values":[[1759999970,"0"],[1759999990,"2"]]}"#
                }
            }
            return ScriptedServer.ok(rows.joined(separator: ","))
        }
        defer { server.stop() }
        let response = try collect(server.url, subjects(9), Self.end, ["maximumSeries": 20])
        #expect(response.results.enumerated().filter { $0.element.problem != nil }.map(\.offset) == [3])
        #expect(response.results[3].problem?.contains("30 series, more than maximumSeries (20)") == true)
        #expect(response.results[4].samples.contains { $0.metric == Metric.requests && $0.value == .delta(2) })
    }
}
