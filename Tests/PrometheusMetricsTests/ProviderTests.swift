import Foundation
import PluginKit
import PrometheusMetrics
import ReleaseModel
import Synchronization
import Testing

/// What a provider can do wrong, and what is carried from call to call because of it.
@Suite struct ProviderTests {
    private static let origin = 1_760_000_000.0
    private static let requests = "http_server_requests_seconds_count"

    private func collect(
        _ url: String, _ end: Double, state: JSONValue? = nil, _ more: [String: JSONValue] = [:]
    ) throws -> (result: CollectResult, provider: ProviderStanding) {
        var configuration: [String: JSONValue] = ["url": .string(url)]
        configuration.merge(more) { $1 }
        let subject = CollectSubject(
            release: "shop-1", service: "shop", arms: [Arm(name: Arm.stable, revision: "v1", weight: .full)], state: state)
        let response = try PrometheusMetrics().collect(
            CollectRequest(
                configuration: .object(configuration), windowEnd: Timestamp(seconds: Self.origin + end), subjects: [subject]),
            CallContext(deadline: .now + .seconds(30)))
        return (response.results[0], try #require(response.provider))
    }

    /// One series with points at seconds after the origin.
    private static func row(_ name: String, _ points: [(Double, String)]) -> String {
        let values = points.map { "[\(origin + $0.0),\"\($0.1)\"]" }.joined(separator: ",")
        return #"{"metric":{"__name__":"\#(name)","service":"shop","revision":"v1","instance":"a"},"values":[\#(values)]}"#
    }

    /// A Prometheus that always has the same raw points of some series.
    private static func server(_ series: [String: [(Double, String)]]) throws -> ScriptedServer {
        let answers = series.reduce(into: [String: String]()) { $0[$1.key] = row($1.key, $1.value) }
        return try ScriptedServer { query in
            guard !query.contains("status"), let name = answers.keys.first(where: { query.hasPrefix($0 + "{") }) else {
                return ScriptedServer.ok("")
            }
            return ScriptedServer.ok(answers[name] ?? "")
        }
    }

    private func delta(_ result: CollectResult, _ metric: String = Metric.requests) -> Double? {
        guard case .delta(let value)? = result.samples.first(where: { $0.metric == metric })?.value else { return nil }
        return value
    }

    @Test func theBreakerOpensTriesAgainAndCloses() throws {
        let isDown = Mutex(false)
        let points = Self.row(Self.requests, [(-15, "10"), (0, "12"), (200, "40")])
        let server = try ScriptedServer { query in
            if isDown.withLock({ $0 }) { return ScriptedServer.json("502 Bad Gateway", "away") }
            return ScriptedServer.ok(query.hasPrefix(Self.requests + "{") && !query.contains("status") ? points : "")
        }
        defer { server.stop() }
        var (result, provider) = try collect(server.url, 0)
        #expect(delta(result) == 2)
        #expect(provider.breaker == .closed)
        #expect(provider.faults.isEmpty)

        // Four failed calls of five are enough; each asks once and no more.
        isDown.withLock { $0 = true }
        for call in 1...4 {
            let asked = server.requests
            (result, provider) = try collect(server.url, Double(call * 10), state: result.state)
            #expect(server.requests == asked + 1)
            #expect(result.problem?.contains("answered 502") == true)
        }
        #expect(provider.breaker == .open)
        #expect(provider.until == Timestamp(seconds: Self.origin + 70))
        #expect((provider.calls, provider.failures) == (5, 4))
        #expect(provider.faults == ["unavailable": 4])

        // Open: nothing is sent, and the reason is the provider's, not silence.
        var asked = server.requests
        (result, provider) = try collect(server.url, 50, state: result.state)
        #expect(server.requests == asked)
        #expect(result.samples.isEmpty)
        #expect(result.problem?.contains("is not asked before") == true)
        #expect(result.problem?.contains("failed 4 of the last 5 calls") == true)

        // Half-open: one question; it fails, and the pause doubles.
        (result, provider) = try collect(server.url, 70, state: result.state)
        #expect(server.requests == asked + 1)
        #expect(provider.breaker == .open)
        #expect(provider.until == Timestamp(seconds: Self.origin + 130))

        // Back again: everything since the last good window is counted.
        isDown.withLock { $0 = false }
        asked = server.requests
        (result, provider) = try collect(server.url, 120, state: result.state)
        #expect(server.requests == asked)
        (result, provider) = try collect(server.url, 210, state: result.state)
        #expect(provider.breaker == .closed)
        #expect(delta(result) == 28)
        #expect(result.problem == nil)
    }

    @Test func aWrongQueryIsCountedAndDoesNotOpenTheBreaker() throws {
        let server = try ScriptedServer { _ in
            ScriptedServer.json("400 Bad Request", #"{"status":"error","errorType":"bad_data","error":"parse error"}"#)
        }
        defer { server.stop() }
        var state: JSONValue?
        for call in 0..<8 {
            let (result, provider) = try collect(server.url, Double(call * 10), state: state)
            state = result.state
            #expect(provider.breaker == .closed)
            #expect(provider.faults == ["refused": call + 1])
        }
        #expect(server.requests == 8)
    }

    @Test func aQuestionThatWasNeverAskedSaysNothingAboutTheProvider() throws {
        var state: JSONValue?
        for call in 0..<6 {
            let (result, provider) = try collect(
                "http://127.0.0.1:1", Double(call * 10), state: state, ["secret": "env:TIDEGATE_TEST_NO_SUCH_VARIABLE"])
            state = result.state
            #expect(provider.breaker == .closed)
            #expect(provider.calls == 0)
            #expect(provider.faults == ["credentials": call + 1])
        }
        let late = try PrometheusMetrics().collect(
            CollectRequest(
                configuration: ["url": "http://127.0.0.1:1"], windowEnd: Timestamp(seconds: Self.origin),
                subjects: [CollectSubject(release: "shop-1", service: "shop", arms: [], state: nil)]), CallContext(deadline: .now))
        #expect(late.provider?.faults == ["noTime": 1])
        #expect(late.results[0].problem?.contains("the call was over before") == true)
    }

    @Test func whatWasFailedIsToldApart() throws {
        for (answer, kind) in [
            (ScriptedServer.json("200 OK", "<html>"), "malformed"),
            (ScriptedServer.json("429 Too Many Requests", ""), "unavailable"),
            (ScriptedServer.json("401 Unauthorized", ""), "refused"),
            (
                ScriptedServer.json(
                    "200 OK", #"{"status":"success","warnings":["a store is away"],"data":{"resultType":"matrix","result":[]}}"#), "partial"
            ),
            (
                ScriptedServer.json("503 Unavailable", #"{"status":"error","errorType":"timeout","error":"query timed out"}"#),
                "unavailable"
            ),
        ] {
            let server = try ScriptedServer { _ in answer }
            defer { server.stop() }
            #expect(try collect(server.url, 0).provider.faults == [kind: 1])
        }
        #expect(try collect("http://127.0.0.1:1", 0).provider.faults == ["unreachable": 1])
    }

    @Test func aCounterThatGoesBackWithoutARestartTellsNothing() throws {
        let points = [(-15.0, "1000"), (0.0, "1010"), (15.0, "1005"), (30.0, "1030")]
        let still = try Self.server([
            Self.requests: points,
            "process_start_time_seconds": [(-15, "1759990000"), (0, "1759990000"), (15, "1759990000"), (30, "1759990000")],
        ])
        defer { still.stop() }
        let first = try collect(still.url, 1).result
        #expect(delta(first) == 10)
        let second = try collect(still.url, 16, state: first.state).result
        #expect(delta(second) == nil)
        #expect(delta(second, Metric.errors) == nil)
        #expect(second.notes?.contains { $0.contains("went backwards without a restart") } == true)
        #expect(second.problem == nil)
        // It goes on from where the counter stands now.
        #expect(delta(try collect(still.url, 31, state: second.state).result) == 25)

        // The same points of a process that did start anew: a reset, and everything it counted is growth.
        let moved = try Self.server([
            Self.requests: points,
            "process_start_time_seconds": [(-15, "1759990000"), (0, "1759990000"), (15, "1760000010"), (30, "1760000010")],
        ])
        defer { moved.stop() }
        let before = try collect(moved.url, 1).result
        #expect(delta(try collect(moved.url, 16, state: before.state).result) == 1005)
    }

    @Test(arguments: ["NaN", "+Inf", "-Inf", "-3"])
    func impossibleValuesAreNoPoints(value: String) throws {
        let server = try Self.server([Self.requests: [(-15, "5"), (0, value), (15, "9")]])
        defer { server.stop() }
        let first = try collect(server.url, 1).result
        #expect(delta(first) == nil)
        #expect(delta(try collect(server.url, 16, state: first.state).result) == 4)
    }

    @Test func impossibleTimesAndHistogramsAreNoPoints() throws {
        let label = #""metric":{"__name__":"http_server_requests_seconds","service":"shop","revision":"v1","instance":"a"}"#
        let server = try ScriptedServer { query in
            if query.hasPrefix(Self.requests + "{"), !query.contains("status") {
                return ScriptedServer.ok(Self.row(Self.requests, [(-3e300, "1"), (-15, "5"), (0, "7"), (1e300, "9")]))
            }
            guard query.contains("_bucket|http_server") else { return ScriptedServer.ok("") }
            return ScriptedServer.ok(
                "{\(label)," + #""histograms":[[1e300,{"count":"1","sum":"1"}],"#
                    + #"[1759999985,{"count":"NaN","sum":"1"}],[1759999986,{"count":"2","sum":"1","buckets":[[0,"-Inf","+Inf","NaN"]]}],"#
                    + #"[1759999987,{"count":"1","sum":"NaN","buckets":[[0,"3","2","1"]]}],"#
                    + #"[1760000000,{"count":"4","sum":"2","buckets":[[0,"0.3","0.7","4"]]}]]}"#)
        }
        defer { server.stop() }
        let result = try collect(server.url, 1).result
        #expect(result.problem == nil)
        #expect(delta(result) == 2)
        // Boundaries of no standard schema: how many, and no edges.
        let latency = result.samples.first { $0.metric == Metric.latency }?.value
        #expect(latency == .histogram(edges: [], cumulative: [], count: 3, sum: 0), "\(String(describing: latency))")
    }

    @Test(arguments: ["never", "Thu, 01 Jan 99999999999999 00:00:00 GMT", "Thu, 99 Jan 2015 00:00:00 GMT"])
    func aDateThatIsNoneSaysNothing(date: String) throws {
        let server = try ScriptedServer { _ in
            let body = #"{"status":"success","data":{"resultType":"matrix","result":[]}}"#
            return "HTTP/1.1 200 OK\r\nDate: \(date)\r\nContent-Length: \(body.utf8.count)\r\nConnection: close\r\n\r\n\(body)"
        }
        defer { server.stop() }
        let result = try collect(server.url, 0).result
        #expect(result.problem == nil)
        #expect(result.notes?.contains { $0.contains("clock") } != true)
    }

    @Test func aClockThatIsOffIsSaid() throws {
        let server = try ScriptedServer { _ in
            let body = #"{"status":"success","data":{"resultType":"matrix","result":[]}}"#
            return
                "HTTP/1.1 200 OK\r\nDate: Thu, 01 Jan 2015 00:00:00 GMT\r\nContent-Length: \(body.utf8.count)\r\nConnection: close\r\n\r\n\(body)"
        }
        defer { server.stop() }
        let notes = try collect(server.url, 0).result.notes ?? []
        #expect(notes.contains { $0.contains("behind this machine's") })
        let prompt = try ScriptedServer { _ in ScriptedServer.ok("") }
        defer { prompt.stop() }
        #expect(try collect(prompt.url, 0).result.notes?.contains { $0.contains("clock") } != true)
    }

    @Test func anEmptyAnswerSaysWhichLabelsWereLookedFor() throws {
        let server = try ScriptedServer { _ in ScriptedServer.ok("") }
        defer { server.stop() }
        let result = try collect(server.url, 0).result
        #expect(result.samples.isEmpty)
        #expect(result.notes?.contains { $0.contains(#"no series has service="shop" and revision="v1""#) } == true)
    }

    @Test func theSpacingOfPointsIsTheShortestWindow() throws {
        let server = try Self.server([Self.requests: [(-120, "1"), (-60, "2"), (0, "3")]])
        defer { server.stop() }
        let first = try collect(server.url, 0).result
        #expect(first.shortestWindow == .seconds(60))
        let second = try collect(server.url, 10, state: first.state).result
        #expect(second.shortestWindow == .seconds(60))
        #expect(second.samples.allSatisfy { $0.metric.hasSuffix(".before") }, "only what was before the release")
    }
}
