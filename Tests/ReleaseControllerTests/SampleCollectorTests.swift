import PluginKit
import ReleaseModel
import Synchronization
import Testing

@testable import ReleaseController

@Suite struct SampleCollectorTests {
    /// What a metrics plugin was asked, and an answer that names each release's own window.
    private final class Plugin: Sendable {
        private let asked = Mutex<[CollectRequest]>([])
        var calls: [CollectRequest] { asked.withLock { $0 } }

        func answer(_ request: CollectRequest) -> CollectResponse {
            asked.withLock { $0.append(request) }
            return CollectResponse(
                results: request.subjects.map {
                    CollectResult(release: $0.release, samples: [], state: .string(request.windowEnd(of: $0).description))
                }, queries: [ResolvedQuery(query: String(repeating: "q", count: 5000), time: request.windowEnd, series: 1)])
        }
    }

    private struct Broken: Error {}

    /// The collector that a call belongs to, for its own call.
    private final class Own: Sendable {
        private let held = Mutex<SampleCollector?>(nil)
        var collector: SampleCollector? {
            get { held.withLock { $0 } }
            set { held.withLock { $0 = newValue } }
        }
    }

    /// A collector whose first call goes on only when so many releases have asked, so that all of them are in that call or the next.
    private func collector(_ plugin: Plugin, waitingFor count: Int) -> SampleCollector {
        let own = Own()
        let collector = SampleCollector { _, request, _ in
            while plugin.calls.isEmpty, let collector = own.collector, await collector.unanswered < count { await Task.yield() }
            return plugin.answer(request)
        }
        own.collector = collector
        return collector
    }

    private func request(_ number: Int, settings: JSONValue = ["url": "http://127.0.0.1:9"]) -> CollectRequest {
        CollectRequest(
            configuration: settings, windowEnd: Timestamp(seconds: Double(1_760_000_000 + number)),
            subjects: [CollectSubject(release: "r\(number)-1", service: "s\(number)", arms: [], state: nil)])
    }

    /// Everybody asks at the same time; the answers come in the order of the requests.
    private func collectAll(_ collector: SampleCollector, _ requests: [CollectRequest]) async -> [Result<CollectResponse, any Error>] {
        await withTaskGroup(of: (Int, Result<CollectResponse, any Error>).self) { group in
            for (index, request) in requests.enumerated() {
                group.addTask {
                    do {
                        return (index, .success(try await collector.collect("prometheus", request, within: .seconds(30))))
                    } catch {
                        return (index, .failure(error))
                    }
                }
            }
            var answers = [Result<CollectResponse, any Error>?](repeating: nil, count: requests.count)
            for await (index, answer) in group { answers[index] = answer }
            return answers.compactMap(\.self)
        }
    }

    @Test func releasesWithTheSameSettingsShareCalls() async throws {
        let plugin = Plugin()
        let collector = collector(plugin, waitingFor: 300)
        let answers = await collectAll(collector, (0..<300).map { request($0) })
        for (number, answer) in answers.enumerated() {
            let response = try answer.get()
            #expect(response.results.map(\.release) == ["r\(number)-1"])
            #expect(response.results[0].state.string == Timestamp(seconds: Double(1_760_000_000 + number)).description)
            #expect(response.queries.count == 1)
        }
        // How many the first call has is chance; the second has the rest.
        #expect((1...2).contains(plugin.calls.count))
        #expect(plugin.calls.map(\.subjects.count).reduce(0, +) == 300)
        #expect(plugin.calls.allSatisfy { call in call.subjects.allSatisfy { $0.windowEnd! <= call.windowEnd } })
    }

    @Test func otherSettingsAreAskedApart() async throws {
        let plugin = Plugin()
        let collector = SampleCollector { _, request, _ in plugin.answer(request) }
        _ = await collectAll(collector, (0..<20).map { request($0, settings: ["url": .string("http://127.0.0.1:\($0 % 2)")]) })
        #expect(Set(plugin.calls.map { $0.configuration["url"]?.string }) == ["http://127.0.0.1:0", "http://127.0.0.1:1"])
        #expect(plugin.calls.allSatisfy { call in Set(call.subjects.map { Int($0.service.dropFirst())! % 2 }).count == 1 })
    }

    @Test func aReleaseThatBreaksTheCallFailsAlone() async throws {
        let plugin = Plugin()
        let collector = SampleCollector { _, request, _ in
            if request.subjects.contains(where: { $0.service == "s7" }) { throw Broken() }
            return plugin.answer(request)
        }
        for _ in 0..<2 {
            let answers = await collectAll(collector, (0..<32).map { request($0) })
            let failed = answers.enumerated().filter { if case .failure = $0.element { true } else { false } }.map(\.offset)
            #expect(failed == [7])
        }
    }

    @Test func aReleaseIsInACallOnce() async throws {
        let plugin = Plugin()
        let collector = SampleCollector { _, request, _ in plugin.answer(request) }
        let answers = await collectAll(collector, [request(1), request(1), request(1), request(2)])
        #expect(answers.allSatisfy { (try? $0.get().results.count) == 1 })
        #expect(plugin.calls.allSatisfy { Set($0.subjects.map(\.release)).count == $0.subjects.count })
    }

    @Test func theQueriesOfManyAreShortenedInEachAnswer() async throws {
        let plugin = Plugin()
        let collector = SampleCollector { _, request, _ in plugin.answer(request) }
        let alone = try await collector.collect("prometheus", request(1), within: .seconds(30))
        #expect(alone.queries[0].query.count == 5000)
        let crowded = self.collector(Plugin(), waitingFor: 50)
        let answers = await collectAll(crowded, (0..<50).map { request($0) })
        let shared = try answers.map { try $0.get() }.filter { $0.queries[0].query.count < 5000 }
        #expect(!shared.isEmpty)
        #expect(shared.allSatisfy { $0.queries[0].query.hasSuffix("(3976 more bytes)") })
    }

    @Test func whoIsCancelledDoesNotWaitForTheCall() async throws {
        let (started, begin) = AsyncStream.makeStream(of: Void.self)
        let (released, release) = AsyncStream.makeStream(of: Void.self)
        let plugin = Plugin()
        let collector = SampleCollector { _, request, _ in
            begin.yield()
            for await _ in released { break }
            return plugin.answer(request)
        }
        let task = Task { try await collector.collect("prometheus", request(1), within: .seconds(30)) }
        for await _ in started { break }
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        release.finish()
    }
}
