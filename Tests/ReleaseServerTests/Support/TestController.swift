import ReleaseModel
import ReleaseStore

/// Steps releases by hand, as a controller would commit them.
struct TestController: Sendable {
    let store: ReleaseStore
    let id = "controller-1"

    init(_ store: ReleaseStore) { self.store = store }

    /// Moves a pending release into its first stage: one window, one decision with evidence; and holds it there by a second decision,
    /// without evidence, where a reason for that is given.
    func enterFirstStage(
        _ release: ReleaseID, reason: String = "the first stage begins", thenHoldBecause hold: String? = nil
    ) async throws {
        try await store.register(ControllerIdentity(id: id, host: "test", pid: 1, version: "1.2.3"))
        guard let lease = try await store.leaseDue(controller: id, limit: 10, ttl: .seconds(60)).first(where: { $0.release == release })
        else {
            throw ReleaseError(.notFound, "the release is not due")
        }
        let record = try await store.load(release)
        let weights = [ArmWeight(arm: "stable", weight: Weight(percent: "95%")!), ArmWeight(arm: "canary", weight: Weight(percent: "5%")!)]
        let before = [ArmWeight(arm: "stable", weight: .full), ArmWeight(arm: "canary", weight: .zero)]
        let path = [
            NodeEvaluation(
                node: "canary is worse", condition: "errors.guilty", truth: .false, taken: false,
                readings: [NamedReading(name: "errors.guilty", reading: .bool(false))]),
            NodeEvaluation(node: "all good", condition: nil, truth: .true, taken: true, readings: []),
        ]
        let decision = Decision(
            kind: .start, from: .pending, to: .progressing, fromWeights: before, toWeights: weights, stage: 0, because: "all good",
            verdict: .healthy, actor: .controller, reason: reason, time: record.now, path: path)
        var decisions: [NewDecision] = []
        let signals = try JSONValue(encoding: [
            Signal(name: "score", reading: .number(97.5)), Signal(name: "logs.anomaly", reading: .missing("no log counts")),
        ])
        let evidence: JSONValue = ["event": ["evaluated": ["_0": ["signals": signals]]], "release": .string(release)]
        decisions.append(NewDecision(decision: decision, evidence: evidence.canonicalBytes))
        if let hold {
            decisions.append(
                NewDecision(
                    decision: Decision(
                        kind: .hold, from: .progressing, to: .progressing, fromWeights: weights, toWeights: weights, stage: 0,
                        because: hold,
                        verdict: nil, actor: .controller, reason: hold, time: record.now, path: []), evidence: nil))
        }
        _ = try await store.commit(
            Commit(
                lease: lease, expectedVersion: record.version, state: .progressing,
                engineState: ["stage": 0, "generation": 1, "stageWatched": "5s", "samples": 40], weights: weights, generation: 1,
                poll: poll(at: record.now, path: path), decisions: decisions,
                effects: [
                    NewEffect(
                        key: "generation 1", kind: "setWeights", payload: ["generation": 1], decisionIndex: 0)
                ], dueAt: record.now))
    }

    /// Ends a pending release, as its abort would.
    func abort(_ release: ReleaseID) async throws {
        try await store.register(ControllerIdentity(id: id, host: "test", pid: 1, version: "1.2.3"))
        guard let lease = try await store.leaseDue(controller: id, limit: 10, ttl: .seconds(60)).first(where: { $0.release == release })
        else {
            throw ReleaseError(.notFound, "the release is not due")
        }
        let record = try await store.load(release)
        let weights = record.release.arms.map { ArmWeight(arm: $0.name, weight: $0.weight) }
        let decision = Decision(
            kind: .abort, from: .pending, to: .aborted, fromWeights: weights, toWeights: weights, stage: nil, because: "command",
            verdict: nil, actor: .controller, reason: "enough", time: record.now, path: [])
        _ = try await store.commit(
            Commit(
                lease: lease, expectedVersion: record.version, state: .aborted, engineState: [:], weights: weights, generation: 0,
                decisions: [NewDecision(decision: decision, evidence: nil)], dueAt: nil))
    }

    /// Records one more judged window, without a decision.
    func recordWindow(_ release: ReleaseID) async throws {
        guard let lease = try await store.leaseDue(controller: id, limit: 10, ttl: .seconds(60)).first(where: { $0.release == release })
        else {
            throw ReleaseError(.notFound, "the release is not due")
        }
        let record = try await store.load(release)
        _ = try await store.commit(
            Commit(
                lease: lease, expectedVersion: record.version, state: record.release.state, engineState: record.engineState,
                weights: record.release.arms.map { ArmWeight(arm: $0.name, weight: $0.weight) }, generation: record.generation,
                poll: poll(at: record.now, path: []), dueAt: record.now))
    }

    private func poll(at time: Timestamp, path: [NodeEvaluation]) -> PollRow {
        let signals = [Signal(name: "score", reading: .number(97.5)), Signal(name: "errors.guilty", reading: .bool(false))]
        guard let coded = try? JSONValue(encoding: signals), let way = try? JSONValue(encoding: path) else {
            preconditionFailure("signals and paths can be written as JSON")
        }
        return PollRow(
            windowEnd: time, verdict: .healthy,
            outcome: [
                "because": "all good", "signals": coded, "path": way, "problems": [], "notes": ["scraped seldom"],
                "forecast": [
                    "requestsPerSecond": 8, "samplesMissing": 160, "stageLeft": "20s", "fallsShort": false, "releaseLeft": "30m20s",
                ],
                "provider": [
                    "place": "http://prometheus:9090", "breaker": "halfOpen", "calls": 10, "failures": 6,
                    "faults": ["timedOut": 6, "refused": 1],
                ],
            ])
    }
}
