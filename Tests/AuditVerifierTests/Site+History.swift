import ReleaseModel
import Testing

@testable import ReleaseStore

extension Site {
    /// Something of everything that is recorded: plans, tokens, plugins, releases that end well and badly, commands, effects, evidence.
    func live() async throws {
        try await store.applyTarget(Example.target, actor: Example.ann)
        _ = try await store.applyPolicy(source: "name: demo", policy: Example.policy, actor: Example.ann)
        for name in ["c1", "c2"] { try await store.register(Example.controller(name)) }
        try await store.reportClock(controller: "c1", offsetMicroseconds: -120, isSynchronized: true, maximumErrorMicroseconds: 900)
        _ = try await store.createToken(name: "ci", role: .operator, actor: Example.ann, reason: "pipelines")
        _ = try await store.createToken(name: "old", role: .auditor, actor: Example.ann)
        try await store.revokeToken("old", actor: Example.ann, reason: "left")
        for version in ["1.0", "1.1"] {
            _ = try await store.pinPlugin(
                name: "HealthScore", version: version, kind: "evaluator", sha256: String(repeating: version.suffix(1) + "a", count: 32),
                trusted: false, actor: Example.ann, reason: "built")
        }
        try await rollBack()
        try await begin("v3")
        try await store.recordRefusedCalls(["count": 3, "reasons": ["unknownToken": 3]])
        var target = Example.target
        target.services[1].revisions.append(.init(name: "c", servers: ["127.0.0.1:9002"]))
        try await store.applyTarget(target, actor: Example.ann)
    }

    /// A release that enters its first stage. One of another service need not wait for it to end.
    @discardableResult
    func begin(_ revision: String, of service: String = "checkout") async throws -> (release: Release, lease: Lease) {
        let release = try await store.startRelease(
            StartRequest(
                service: service, revision: revision, policy: "demo", target: "edge", actor: Example.ann, reason: "new prices",
                provenance: Provenance(ticket: "T-1", buildURL: "https://ci/1", commit: "abc", artifactDigest: "sha256:00", traceID: "t"),
                irreversible: revision == "v3"))
        let lease = try #require(
            try await store.leaseDue(controller: "c1", limit: 10, ttl: .seconds(60)).first { $0.release == release.id })
        _ = try await store.commit(Example.begin(lease))
        return (release, lease)
    }

    private func rollBack() async throws {
        let (release, lease) = try await begin("v2")
        try await carry(lease, weights: Example.weights(500), generation: 1)
        let command = try await store.submitCommand(Command(kind: .pause, actor: Example.ann, reason: "lunch"), to: release.id)
        var paused = Example.quiet(lease, version: 1)
        paused.state = .paused
        paused.decisions = [NewDecision(decision: Example.decision(.pause, .progressing, .paused), evidence: Example.evidence)]
        let approval = try await store.submitCommand(Command(kind: .approve, actor: Example.bob, reason: "seen"), to: release.id)
        paused.consumedCommands = [command.id, approval.id].map { ConsumedCommand(id: $0, decisionIndex: 0) }
        paused.effects = [NewEffect(key: "1", kind: "notify", payload: ["to": "ann"], decisionIndex: 0)]
        _ = try await store.commit(paused)
        var back = Example.quiet(lease, version: 2, windowEnd: Example.noon + .seconds(10))
        back.state = .rollingBack
        back.weights = Example.weights(0)
        back.generation = 2
        back.decisions = [NewDecision(decision: Example.decision(.rollback, .paused, .rollingBack, to: 0), evidence: [1, 2, 3])]
        back.effects = [
            NewEffect(
                key: "generation 2", kind: "setWeights", payload: ["generation": 2, "weights": Self.json(Example.weights(0))],
                decisionIndex: 0,
                replacesEarlier: true)
        ]
        _ = try await store.commit(back)
        try await carry(lease, weights: Example.weights(0), generation: 2)
        var ended = Example.quiet(lease, version: 3, windowEnd: Example.noon + .seconds(20))
        ended.state = .rolledBack
        ended.weights = Example.weights(0)
        ended.generation = 2
        ended.decisions = [NewDecision(decision: Example.decision(.confirm, .rollingBack, .rolledBack, from: 0, to: 0), evidence: [4])]
        _ = try await store.commit(ended)
    }

    /// The data plane does what was asked of it.
    private func carry(_ lease: Lease, weights: [ArmWeight], generation: Int) async throws {
        for effect in try await store.claimEffects(lease, kind: "setWeights") {
            try await store.recordOutcome(
                effect: effect.id, lease: lease, result: .done,
                outcome: ["observed": [["node": "n1", "generation": .number(Double(generation)), "weights": Self.json(weights)]]])
        }
    }

    static func json(_ weights: [ArmWeight]) -> JSONValue {
        .array(weights.map { ["arm": .string($0.arm), "weight": .number(Double($0.weight.basisPoints))] })
    }
}
