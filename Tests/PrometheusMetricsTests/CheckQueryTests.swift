import PluginKit
import PrometheusMetrics
import ReleaseModel
import Synchronization
import Testing

/// Queries of the policy's own, asked when they are due.
@Suite struct CheckQueryTests {
    /// What a Prometheus answers to a check's query; to everything else it has no series.
    private static func server(_ answer: @escaping @Sendable () -> String) throws -> (server: ScriptedServer, asked: Mutexed) {
        let asked = Mutexed()
        let server = try ScriptedServer { query in
            guard query.contains("my_ratio") else {
                return ScriptedServer.json("200 OK", #"{"status":"success","data":{"resultType":"matrix","result":[]}}"#)
            }
            asked.queries.withLock { $0.append(query) }
            return answer()
        }
        return (server, asked)
    }

    final class Mutexed: Sendable {
        let queries = Mutex<[String]>([])
        var count: Int { queries.withLock { $0.count } }
    }

    private static func vector(_ values: String...) -> String {
        let elements = values.map { #"{"metric":{"path":"\#($0)"},"value":[1760000000,"\#($0)"]}"# }
        return ScriptedServer.ok(elements.joined(separator: ","), type: "vector")
    }

    private static func collect(
        _ url: String, at seconds: Double, state: JSONValue?, weight: Int = 1000, check: [String: JSONValue] = [:]
    ) throws -> CollectResult {
        var settings: [String: JSONValue] = [
            "name": "ratio", "query": #"my_ratio{service="$service",revision="$revision",base="$stable"}"#, "every": "30s",
        ]
        settings.merge(check) { $1 }
        let subject = CollectSubject(
            release: "shop-1", service: "shop",
            arms: [
                Arm(name: Arm.stable, revision: "v1", weight: Weight(basisPoints: 10_000 - weight)),
                Arm(name: Arm.canary, revision: "v2", weight: Weight(basisPoints: weight)),
            ], state: state)
        let response = try PrometheusMetrics().collect(
            CollectRequest(
                configuration: ["url": .string(url), "checks": [.object(settings)]],
                windowEnd: Timestamp(seconds: 1_760_000_000 + seconds), subjects: [subject]),
            CallContext(deadline: .now + .seconds(60)))
        return try #require(response.results.first)
    }

    private static func checks(_ result: CollectResult) -> [String] {
        result.samples.filter { $0.metric.hasPrefix(Metric.checkPrefix) }.map { sample in
            if case .gauge(let value) = sample.value {
                "\(sample.metric)=\(value)@\(Int(sample.time.seconds - 1_760_000_000))"
            } else {
                "?"
            }
        }
    }

    @Test func aQueryIsAskedWhenItIsDueAndReportedInBetween() throws {
        let (server, asked) = try Self.server { Self.vector("0.5", "0.75") }
        defer { server.stop() }
        let first = try Self.collect(server.url, at: 10, state: nil)
        #expect(Self.checks(first) == ["check.ratio=0.5@10", "check.ratio=0.75@10"])
        #expect(asked.queries.withLock { $0 } == [#"my_ratio{service="shop",revision="v2",base="v1"}"#])
        let second = try Self.collect(server.url, at: 20, state: first.state)
        #expect(Self.checks(second) == ["check.ratio=0.5@10", "check.ratio=0.75@10"])
        #expect(asked.count == 1)
        let third = try Self.collect(server.url, at: 40, state: second.state)
        #expect(Self.checks(third).first == "check.ratio=0.5@40")
        #expect(asked.count == 2)
    }

    @Test func beforeItsWeightAndDelayACheckWaits() throws {
        let (server, asked) = try Self.server { Self.vector("1") }
        defer { server.stop() }
        let late: [String: JSONValue] = ["from": "25%", "delay": "20s", "count": 1]
        var result = try Self.collect(server.url, at: 10, state: nil, weight: 1000, check: late)
        #expect(Self.checks(result) == ["check.ratio.waiting=1.0@10"])
        result = try Self.collect(server.url, at: 20, state: result.state, weight: 2500, check: late)
        #expect(Self.checks(result) == ["check.ratio.waiting=1.0@20"])
        result = try Self.collect(server.url, at: 40, state: result.state, weight: 2500, check: late)
        #expect(Self.checks(result) == ["check.ratio=1.0@40"])
        result = try Self.collect(server.url, at: 400, state: result.state, weight: 2500, check: late)
        #expect(Self.checks(result) == ["check.ratio=1.0@40"], "after its count the last measurement stands")
        #expect(asked.count == 1)
    }

    @Test(arguments: [
        (#"{"status":"success","data":{"resultType":"vector","result":[]}}"#, "no series"),
        (#"{"status":"success","data":{"resultType":"scalar","result":[1,"NaN"]}}"#, "NaN"),
        (#"{"status":"success","data":{"resultType":"string","result":[1,"x"]}}"#, "instant vector or a scalar"),
        (#"{"status":"error","errorType":"bad_data","error":"parse error"}"#, "parse error"),
        (#"{"status":"success","warnings":["a store is away"],"data":{"resultType":"vector","result":[]}}"#, "partial"),
        ("<html>", "answered 200"),
    ])
    func whatIsNoAnswerIsSaid(body: String, reason: String) throws {
        let (server, _) = try Self.server { ScriptedServer.json("200 OK", body) }
        defer { server.stop() }
        let result = try Self.collect(server.url, at: 10, state: nil)
        #expect(Self.checks(result) == ["check.ratio.unanswered=1.0@10"])
        #expect(result.problem == nil, "what instances measured is judged all the same")
        #expect(result.notes?.contains { $0.contains("check ratio") && $0.contains(reason) } == true, "\(result.notes ?? [])")
    }

    @Test func aScalarIsAValue() throws {
        let (server, _) = try Self.server {
            ScriptedServer.json("200 OK", #"{"status":"success","data":{"resultType":"scalar","result":[1,"0.25"]}}"#)
        }
        defer { server.stop() }
        #expect(Self.checks(try Self.collect(server.url, at: 10, state: nil)) == ["check.ratio=0.25@10"])
    }

    @Test func wrongChecksAreRefused() {
        let problems = PrometheusMetrics().validate([
            "url": "http://127.0.0.1:1",
            "checks": [
                ["name": "a", "query": ""], ["name": "b.c", "query": "x"], ["name": "d", "query": "x", "every": "1ms"],
                ["name": "e", "query": "x", "url": "y"],
            ],
        ])
        #expect(problems.map(\.setting) == ["checks[0].query", "checks[1].name", "checks[2].every", "checks[3].url"])
    }
}
