import DecisionReplay
import ReleaseModel
import ReleaseStore
import RolloutEngine

/// A decision that the engine itself has made, recorded as a controller records it.
enum EngineDecision {
    /// Begins a pending release.
    static func begin(_ release: ReleaseID, store: ReleaseStore, policy: Policy) async throws {
        try await store.register(ControllerIdentity(id: "c1", host: "test", pid: 1, version: "1.2.3"))
        let leases = try await store.leaseDue(controller: "c1", limit: 10, ttl: .seconds(60))
        guard let lease = leases.first(where: { $0.release == release }) else {
            throw ReleaseError(.notFound, "the release is not due", place: release)
        }
        let record = try await store.load(release)
        let engine = try RolloutEngine(policy: policy, signals: [])
        let before = RolloutState()
        let step = engine.handle(.begin, before, now: record.now)
        let evidence = Evidence(
            release: release, policyDigest: try policy.digest, event: .begin, before: before, now: record.now, signals: [])
        _ = try await store.commit(
            Commit(
                lease: lease, expectedVersion: record.version, state: step.state.state, engineState: try JSONValue(encoding: step.state),
                weights: step.state.declared, generation: step.state.generation,
                decisions: step.decisions.map { NewDecision(decision: $0, evidence: evidence.canonicalBytes) }, dueAt: record.now))
    }
}
