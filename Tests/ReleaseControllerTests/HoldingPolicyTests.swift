import DecisionReplay
import Hashing
import Logging
import PluginHost
import PluginKit
import ReleaseModel
import ReleaseStore
import RolloutEngine
import Testing

@testable import ReleaseController

/// A plugin that a running release needs is gone: nothing is judged, nothing grows, and people keep the upper hand.
@Suite struct HoldingPolicyTests {
    private static let origin = Timestamp(seconds: 1_760_000_000)

    private static let policy = Policy(
        name: "checkout", traffic: PluginUse(plugin: "nginx"),
        metrics: MetricsPolicy(source: PluginUse(plugin: "prometheus"), every: .seconds(10), lag: .zero),
        logs: PluginUse(plugin: "LogSignals"),
        routing: RoutingPolicy(
            plugin: "canary", coloring: "coloring", key: "client.address", tagHeader: "x-gray-tag", colors: [], rules: []),
        stages: [Stage(weight: Weight(basisPoints: 1000), duration: .seconds(10), samples: 0)], warmUp: .zero, bake: .seconds(60),
        health: PluginUse(plugin: "health"),
        tree: [
            TreeNode(name: "worse", condition: "errors.guilty or logs.anomaly > 0.5", action: .rollback),
            TreeNode(name: "good", condition: nil, action: .advance),
        ], notify: [])

    /// What a visit begins with: a release of 10% that was last judged a window ago, or one that waits to begin.
    private static func visit(pending: Bool, commands: [Command] = []) async throws -> LoopAction {
        var state = RolloutState()
        if !pending {
            let good = [TreeNode(name: "good", condition: nil, action: .advance)]
            let engine = try RolloutEngine(policy: policy.with(tree: good), signals: [])
            state = engine.handle(.begin, state, now: origin).state
            state.observed = state.declared
            state.isApplied = true
            state.stageEnteredAt = origin
        }
        let release = Release(
            id: "checkout-1", service: "checkout", target: "t",
            arms: [
                Arm(name: Arm.stable, revision: "v1", weight: .full), Arm(name: Arm.canary, revision: "v2", weight: .zero),
            ], policyName: "checkout", policyDigest: "", salt: "s", state: state.state, startedBy: Actor(name: "test", means: .local),
            reason: "test", provenance: Provenance(), createdAt: origin)
        let record = ReleaseRecord(
            release: release, parent: nil, policy: policy, target: Target(name: "t", plugin: "nginx", nodes: [], services: []),
            engineState: try JSONValue(encoding: state), version: 1, generation: 0, rolling: [],
            commands: commands.enumerated().map { QueuedCommand(id: Int64($0.offset), command: $0.element, at: origin) },
            lastWindowEnd: nil, pendingEffects: [], blockedBy: nil, now: origin + .seconds(30))
        let host = PluginHost(folder: nil, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        let prepared = await PolicyPreparation(plugins: host).preparedOrHolding(policy, digest: "")
        #expect(prepared.problem?.contains("there is no plugin 'health'") == true, "\(prepared.problem ?? "none")")
        var loop = ReleaseLoop(
            lease: Lease(release: release.id, controller: "c", term: 1, expiresAt: origin + .seconds(90)))
        _ = try loop.handle(.start)
        var action = try loop.handle(.loaded(record, prepared))
        if case .read = action {
            let observed = ObservedTraffic(
                generation: state.generation, release: release.id, leaseTerm: 1, weights: state.declared, draining: false)
            action = try loop.handle(
                .read([NodeReport(node: "edge", observed: observed, problem: nil)], now: origin + .seconds(30)))
        }
        if case .collect = action {
            var window = CollectedWindow(result: nil, queries: [], logs: [], problems: [])
            window.problems = [prepared.problem ?? ""]
            action = try loop.handle(.collected(window))
            if case .evaluate(let calls) = action {
                #expect(calls.isEmpty)
                action = try loop.handle(.evaluated([]))
            }
        }
        return action
    }

    private static func abort() -> Command { Command(kind: .abort, actor: Actor(name: "ann", means: .local), reason: "enough") }

    @Test func nothingGrowsAndItIsSaidWhy() async throws {
        guard case .commit(let commit) = try await Self.visit(pending: false) else {
            Issue.record("nothing is committed")
            return
        }
        let decision = try #require(commit.decisions.first?.decision)
        #expect(commit.decisions.count == 1 && decision.kind == .hold && decision.because == "cannot be judged")
        #expect(decision.toWeights.canary == decision.fromWeights.canary)
        // It is made again from its evidence, under the policy as it was applied.
        let bytes = try #require(commit.decisions.first?.evidence)
        let document = try JSONValue(encoding: Self.policy)
        var evidence = try Evidence(try JSONValue(parsing: bytes))
        #expect(evidence.unjudged?.contains("there is no plugin 'health'") == true)
        evidence.policyDigest = document.digest.hex
        let again = try EngineReplay(policy: document).step(evidence)
        #expect(again.decisions == [decision])
        let problems = commit.poll?.outcome["problems"]?.array?.compactMap(\.string) ?? []
        #expect(problems.contains { $0.contains("there is no plugin 'health'") }, "\(problems)")
    }

    @Test func peopleCanAbortIt() async throws {
        guard case .commit(let commit) = try await Self.visit(pending: false, commands: [Self.abort()]) else {
            Issue.record("nothing is committed")
            return
        }
        #expect(commit.decisions.map(\.decision.kind) == [.abort])
        #expect(commit.decisions.first?.decision.toWeights.canary == .zero)
    }

    @Test func aReleaseThatWaitsDoesNotBegin() async throws {
        guard case .rest(let until) = try await Self.visit(pending: true) else {
            Issue.record("it began")
            return
        }
        #expect(until == Self.origin + .seconds(60), "and is looked at again")
        guard case .commit(let commit) = try await Self.visit(pending: true, commands: [Self.abort()]) else {
            Issue.record("it cannot be aborted")
            return
        }
        #expect(commit.decisions.map(\.decision.kind) == [.abort])
    }
}

extension Policy {
    fileprivate func with(tree: [TreeNode]) -> Policy {
        var policy = self
        policy.tree = tree
        policy.logs = nil
        return policy
    }
}
