import DecisionReplay
import PluginKit
import ReleaseModel
import ReleaseStore
import RolloutEngine
import Testing

@testable import ReleaseController

/// What a visit makes of a collection: which state is kept, and when the next window is due.
@Suite struct CollectionLoopTests {
    private static let origin = Timestamp(seconds: 1_760_000_000)

    private struct Visit {
        var request: CollectRequest
        var commit: Commit
    }

    private func policy(every: TimeSpan) -> Policy {
        Policy(
            name: "checkout", traffic: PluginUse(plugin: "nginx"),
            metrics: MetricsPolicy(source: PluginUse(plugin: "prometheus"), every: every, lag: .zero), logs: nil,
            routing: RoutingPolicy(
                plugin: "canary", coloring: "coloring", key: "client.address", tagHeader: "x-gray-tag", colors: [], rules: []),
            stages: [], warmUp: .zero, bake: .seconds(60), health: PluginUse(plugin: "health"), tree: [], notify: [])
    }

    /// One visit `seconds` after the start; nil when no window is due then.
    private func visit(
        _ seconds: Double, every: TimeSpan = .seconds(10), rolling: [RollingState] = [], lastWindow: Double? = nil,
        _ window: (CollectRequest) -> CollectedWindow
    ) throws -> Visit? {
        let policy = policy(every: every)
        var state = RolloutState()
        state.state = .progressing
        state.beganAt = Self.origin
        let now = Self.origin + .seconds(seconds)
        let release = Release(
            id: "checkout-1", service: "checkout", target: "t",
            arms: [
                Arm(name: Arm.stable, revision: "v1", weight: .full), Arm(name: Arm.canary, revision: "v2", weight: .zero),
            ], policyName: "checkout", policyDigest: "", salt: "s", state: .progressing,
            startedBy: Actor(name: "test", means: .local), reason: "test", provenance: Provenance(), createdAt: Self.origin)
        let record = ReleaseRecord(
            release: release, parent: nil, policy: policy, target: Target(name: "t", plugin: "nginx", nodes: [], services: []),
            engineState: try JSONValue(encoding: state), version: 1, generation: 0, rolling: rolling, commands: [],
            lastWindowEnd: lastWindow.map { Self.origin + .seconds($0) }, pendingEffects: [], blockedBy: nil, now: now)
        let prepared = PreparedPolicy(
            engine: try RolloutEngine(policy: policy, signals: []), metrics: policy.metrics.source, traffic: policy.traffic,
            evaluators: [PreparedPolicy.Evaluator(use: policy.health, signals: [])])
        var loop = ReleaseLoop(lease: Lease(release: release.id, controller: "c", term: 1, expiresAt: now + .seconds(30)))
        _ = try loop.handle(.start)
        guard case .collect(_, let request, _, _, _) = try loop.handle(.loaded(record, prepared)) else { return nil }
        guard case .evaluate(let calls) = try loop.handle(.collected(window(request))) else { throw Unexpected() }
        let answers = calls.map { call in
            EvaluatorAnswer(
                plugin: PluginIdentity(name: call.plugin, version: "1", sha256: ""),
                output: EvaluationOutput(release: call.input.release, signals: [], state: ["judged": true]), failure: nil)
        }
        guard case .commit(let commit) = try loop.handle(.evaluated(answers)) else { throw Unexpected() }
        return Visit(request: request, commit: commit)
    }

    private struct Unexpected: Error {}

    private func window(
        _ request: CollectRequest, _ state: JSONValue, problem: String? = nil, samples: [Sample] = [], shortest: TimeSpan? = nil
    ) -> CollectedWindow {
        CollectedWindow(
            result: CollectResult(
                release: "checkout-1", samples: samples, state: state, problem: problem, shortestWindow: shortest), queries: [], logs: [],
            problems: problem.map { [$0] } ?? [],
            provider: ProviderStanding(place: "http://p", breaker: .open, calls: 5, failures: 5, faults: ["timedOut": 5]))
    }

    private func state(_ visit: Visit, _ plugin: String) -> JSONValue? { visit.commit.rolling.first { $0.plugin == plugin }?.state }

    @Test func whatIsKnownOfAFailingProviderIsKeptAndNothingElse() throws {
        let visit = try #require(try visit(10) { window($0, ["breaker": 1], problem: "away") })
        #expect(state(visit, "prometheus") == ["breaker": 1])
        #expect(state(visit, "health") == nil)
        #expect(state(visit, ReleaseLoop.cursorName) == nil)
        #expect(visit.commit.poll?.outcome["provider"]?["breaker"]?.string == "open")
        #expect(visit.commit.poll?.outcome["provider"]?["faults"]?["timedOut"]?.number == 5)
    }

    @Test func cursorsThatMovedPastAProblemAreNotKept() throws {
        let sample = Sample(metric: Metric.requests, arm: Arm.stable, instance: "a", time: Self.origin, value: .delta(1))
        let visit = try #require(try visit(10) { window($0, ["moved": true], problem: "one was impossible", samples: [sample]) })
        #expect(visit.commit.rolling.isEmpty)
    }

    @Test func furtherSourcesAddSamplesAndKeepTheirOwnState() throws {
        let sample = Sample(metric: Metric.check("gate"), arm: Arm.canary, instance: "0", time: Self.origin, value: .gauge(1))
        let answer = CollectResponse(
            results: [CollectResult(release: "checkout-1", samples: [sample], state: ["asked": 1], notes: ["slow"])], queries: [])
        let visit = try #require(
            try visit(10) { request in
                var window = window(request, ["cursor": 1])
                window.add([
                    FurtherAnswer(plugin: "WebhookChecks", response: answer, failure: nil),
                    FurtherAnswer(plugin: "Broken", response: nil, failure: "crashed"),
                ])
                return window
            })
        #expect(state(visit, "WebhookChecks") == ["asked": 1])
        #expect(state(visit, "Broken") == nil)
        #expect(state(visit, "health") == ["judged": true], "a source that fails keeps nothing back")
        let notes = visit.commit.poll?.outcome["notes"]?.array?.compactMap(\.string) ?? []
        #expect(notes == ["slow", "Broken: crashed"])
    }

    @Test func windowsFollowTheScrapeInterval() throws {
        let first = try #require(try visit(10) { window($0, [:], shortest: .seconds(15.03)) })
        #expect(first.request.windowEnd == Self.origin + .seconds(10))
        let notes = first.commit.poll?.outcome["notes"]?.array?.compactMap(\.string) ?? []
        #expect(notes.contains { $0.contains("every 10s, and instances are scraped every 15") && $0.contains("write every: 16s") })
        #expect(state(first, ReleaseLoop.cursorName)?["shortestWindow"]?.number == 15)
        // Ten seconds later no scrape has surely come; after fifteen one has.
        let early = try visit(20, rolling: first.commit.rolling, lastWindow: 10) { window($0, [:]) }
        #expect(early == nil)
        let next = try #require(try visit(25, rolling: first.commit.rolling, lastWindow: 10) { window($0, [:]) })
        #expect(next.request.windowEnd == Self.origin + .seconds(25))
    }

    @Test func aScrapeIntervalThatFitsChangesNothing() throws {
        for every in [10.0, 14.9] {
            let visit = try #require(try visit(every * 1.5, every: .seconds(every)) { window($0, [:], shortest: .seconds(every * 1.003)) })
            #expect(visit.commit.poll?.outcome["notes"] == nil)
            let first = (visit.request.windowEnd - Self.origin).seconds
            let next = try self.visit(first + every, every: .seconds(every), rolling: visit.commit.rolling, lastWindow: first) {
                window($0, [:])
            }
            #expect(next?.request.windowEnd == Self.origin + .seconds(first + every))
        }
    }

    /// Whenever releases begin, their windows end together, so that one question serves all; none is shorter than half its length.
    @Test func windowsOfOneLengthEndTogether() throws {
        for seconds in [10.0, 15, 0.7] {
            let length = TimeSpan.seconds(seconds)
            for begun in stride(from: 0.0, through: seconds * 3, by: seconds / 7) {
                let last = Self.origin + .seconds(begun)
                let end = ReleaseLoop.windowEnd(after: last, length)
                #expect(end.microseconds % length.microseconds == 0)
                #expect((0.4999...1.5001).contains((end - last).seconds / seconds))
                #expect(ReleaseLoop.windowEnd(after: end, length) == end + length)
            }
        }
    }
}
