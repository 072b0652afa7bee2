import ReleaseModel
import ReleaseStore

/// Reads a release from the store in the shape that the API shows.
struct ReleaseReading: Sendable {
    let store: ReleaseStore

    func detail(of reference: String) async throws -> ReleaseDetail {
        let overview = try await store.release(reference)
        let policy = try await store.policy(overview.release.policyDigest).policy
        return ReleaseDetail(
            release: overview.release, stages: policy.stages, bake: policy.bake,
            progress: overview.engineState.flatMap { try? $0.decoded(as: ReleaseDetail.Progress.self) },
            evaluation: overview.lastPoll.map(ReleaseDetail.EvaluationView.init),
            lease: overview.lease.map { .init(controller: $0.controller, term: $0.term, expiresAt: $0.expiresAt) },
            waitingCommands: overview.waitingCommands.map { .init(id: $0.id, command: $0.command, at: $0.at) },
            blockedBy: overview.blockedBy, lastDecision: overview.lastDecision.map(DecisionView.init), now: try await store.now())
    }
}

extension ReleaseSummary {
    init(_ overview: ReleaseOverview) {
        self.init(
            release: overview.release, stage: overview.stage, verdict: overview.lastPoll?.verdict, updatedAt: overview.updatedAt,
            endedAt: overview.endedAt, lastDecision: overview.lastDecision.map(DecisionView.init))
    }
}

extension DecisionView {
    init(_ record: DecisionRecord) {
        self.init(
            id: record.id, release: record.release, decision: record.decision, evidenceDigest: record.evidenceDigest,
            policyDigest: record.policyDigest, controller: record.controller, leaseTerm: record.leaseTerm, recordedAt: record.recordedAt)
    }
}

extension ReleaseDetail.EvaluationView {
    /// What the controller noted with a poll. A member that is missing or of another shape is shown as nothing.
    init(_ poll: PollRecord) {
        self.init(
            windowEnd: poll.windowEnd, verdict: poll.verdict, because: poll.outcome["because"]?.string,
            signals: poll.outcome["signals"].flatMap { try? $0.decoded(as: [Signal].self) } ?? [],
            path: poll.outcome["path"].flatMap { try? $0.decoded(as: [NodeEvaluation].self) } ?? [],
            problems: poll.outcome["problems"]?.array?.compactMap(\.string), notes: poll.outcome["notes"]?.array?.compactMap(\.string),
            provider: poll.outcome["provider"], forecast: poll.outcome["forecast"].flatMap { try? $0.decoded(as: Forecast.self) })
    }
}

extension EffectView {
    init(_ record: EffectRecord) {
        self.init(
            id: record.id, decision: record.decision, kind: record.kind, payload: record.payload, state: record.state.rawValue,
            attempts: record.attempts, createdAt: record.createdAt, doneAt: record.doneAt, outcome: record.outcome)
    }
}
