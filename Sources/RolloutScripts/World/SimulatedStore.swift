import ReleaseModel
import ReleaseStore
import RolloutEngine

/// The store as far as one release's loop sees it, in memory: versions, windows, legal transitions and the outbox as the database
/// holds them. A commit that the database would refuse is refused here as well.
struct SimulatedStore {
    struct Stored {
        var release: Release
        var engineState: JSONValue?
        var version: Int64 = 0
        var generation: Int64 = 0
        var rolling: [RollingState] = []
        var commands: [QueuedCommand] = []
        var lastWindowEnd: Timestamp?
        var effects: [EffectRecord] = []
        var dueAt: Timestamp?
        /// Every judged window, as the database would keep it.
        var windows: [ReleaseRecording.Window] = []
    }

    /// One decision with the release that it is about, and its evidence as the database would keep it.
    struct Decided {
        var release: ReleaseID
        var decision: Decision
        /// What it was made from, as the database would store it.
        var evidence: [UInt8]?
    }

    let policy: Policy
    let target: Target
    private(set) var releases: [Stored] = []
    private(set) var decided: [Decided] = []
    private var nextID: Int64 = 1

    init(policy: Policy, target: Target) {
        self.policy = policy
        self.target = target
    }

    mutating func start(_ line: SimulatedStart, now: Timestamp) {
        let release = Release(
            id: line.release, service: "checkout", target: target.name,
            arms: [
                Arm(name: Arm.stable, revision: line.stable, weight: .full), Arm(name: Arm.canary, revision: line.canary, weight: .zero),
            ], policyName: policy.name, policyDigest: (try? policy.digest) ?? "", salt: "checkout", state: .pending,
            startedBy: Actor(name: "script", means: .local), reason: "it is started here", provenance: Provenance(), createdAt: now,
            irreversible: line.irreversible ? true : nil)
        for index in releases.indices where !releases[index].release.state.isFinal {
            enqueue(
                Command(kind: .supersede, actor: .controller, reason: "superseded by \(line.release)"), at: now, index: index)
        }
        releases.append(Stored(release: release, dueAt: now))
    }

    mutating func enqueue(_ command: Command, at now: Timestamp, index: Int? = nil) {
        guard let index = index ?? releases.indices.last else { return }
        releases[index].commands.append(QueuedCommand(id: takeID(), command: command, at: now))
        releases[index].dueAt = now
    }

    /// The release that a pending one waits for.
    func blocker(of index: Int) -> ReleaseID? {
        releases[..<index].first { !$0.release.state.isFinal }?.release.id
    }

    func isDue(_ index: Int, at now: Timestamp) -> Bool {
        guard let due = releases[index].dueAt, due <= now else { return false }
        return releases[index].release.state != .pending || !releases[index].commands.isEmpty || blocker(of: index) == nil
    }

    /// When a release that is not blocked is due next.
    var nextDue: Timestamp? {
        releases.indices.compactMap { index in
            let isBlocked = releases[index].release.state == .pending && releases[index].commands.isEmpty && blocker(of: index) != nil
            return isBlocked ? nil : releases[index].dueAt
        }.min()
    }

    func record(_ index: Int, now: Timestamp) -> ReleaseRecord {
        let stored = releases[index]
        return ReleaseRecord(
            release: stored.release, parent: nil, policy: policy, target: target, engineState: stored.engineState, version: stored.version,
            generation: stored.generation, rolling: stored.rolling, commands: stored.commands, lastWindowEnd: stored.lastWindowEnd,
            pendingEffects: stored.effects.filter { $0.state == .pending || $0.state == .running },
            blockedBy: stored.release.state == .pending ? blocker(of: index) : nil, now: now)
    }

    mutating func claim(_ index: Int, now: Timestamp) -> [EffectRecord] {
        var claimed: [EffectRecord] = []
        for position in releases[index].effects.indices {
            let effect = releases[index].effects[position]
            guard effect.kind == "setWeights", effect.state == .pending || effect.state == .running, (effect.nextAttemptAt ?? now) <= now
            else { continue }
            releases[index].effects[position].state = .running
            releases[index].effects[position].attempts += 1
            claimed.append(releases[index].effects[position])
        }
        return claimed
    }

    mutating func recordOutcome(_ index: Int, effect id: Int64, result: EffectResult, now: Timestamp) {
        guard let position = releases[index].effects.firstIndex(where: { $0.id == id }) else { return }
        switch result {
        case .done:
            releases[index].effects[position].state = .done
            releases[index].effects[position].doneAt = now
        case .failed: releases[index].effects[position].state = .failed
        case .retry(let at):
            releases[index].effects[position].state = .pending
            releases[index].effects[position].nextAttemptAt = at
        }
    }

    mutating func rest(_ index: Int, until: Timestamp?) { releases[index].dueAt = until }

    mutating func commit(_ index: Int, _ commit: Commit, now: Timestamp) throws(ReleaseError) -> CommitResult {
        try check(commit, against: releases[index])
        var stored = releases[index]
        stored.version += 1
        stored.release.state = commit.state
        stored.engineState = commit.engineState
        stored.generation = commit.generation
        stored.dueAt = commit.dueAt
        for update in commit.rolling {
            stored.rolling.removeAll { $0.plugin == update.plugin }
            stored.rolling.append(update)
        }
        if let poll = commit.poll {
            stored.lastWindowEnd = poll.windowEnd
            stored.windows.append(.init(end: poll.windowEnd, at: now, outcome: poll.outcome))
        }
        stored.commands.removeAll { command in commit.consumedCommands.contains { $0.id == command.id } }
        for effect in commit.effects where !stored.effects.contains(where: { $0.kind == effect.kind && $0.key == effect.key }) {
            if effect.replacesEarlier {
                for position in stored.effects.indices
                where stored.effects[position].kind == effect.kind && stored.effects[position].state != .done {
                    stored.effects[position].state = .dropped
                }
            }
            stored.effects.append(
                EffectRecord(
                    id: takeID(), release: stored.release.id, decision: nil, kind: effect.kind, key: effect.key, payload: effect.payload,
                    state: .pending, attempts: 0, nextAttemptAt: nil, leaseTerm: commit.lease.term, createdAt: now, doneAt: nil,
                    outcome: nil))
        }
        decided += commit.decisions.map { Decided(release: stored.release.id, decision: $0.decision, evidence: $0.evidence) }
        releases[index] = stored
        return CommitResult(version: stored.version, decisionIDs: [], effectIDs: [])
    }

    /// What was kept of each release, for the trial of another policy.
    var recordings: [ReleaseRecording] {
        releases.map { stored in
            let own = decided.enumerated().filter { $0.element.release == stored.release.id }
            return ReleaseRecording(
                release: stored.release, policy: policy, windows: stored.windows,
                decisions: own.map { index, item in
                    .init(
                        id: Int64(index + 1), decision: item.decision,
                        evidence: item.evidence.flatMap { try? JSONValue(parsing: $0) })
                })
        }
    }

    /// What the database would refuse.
    private func check(_ commit: Commit, against stored: Stored) throws(ReleaseError) {
        guard commit.expectedVersion == stored.version else { throw ReleaseError(.conflict, "the version moved on") }
        if let poll = commit.poll, let last = stored.lastWindowEnd, poll.windowEnd <= last {
            throw ReleaseError(.conflict, "the window was recorded already")
        }
        var state = stored.release.state
        for decision in commit.decisions.map(\.decision) {
            guard decision.from == state, decision.to == state || TransitionTable.allows(state, to: decision.to) else {
                throw ReleaseError(.illegalTransition, "\(decision.from.rawValue) -> \(decision.to.rawValue) from \(state.rawValue)")
            }
            state = decision.to
        }
        guard state == commit.state else { throw ReleaseError(.invalidInput, "a state changed without a decision") }
        guard commit.generation >= stored.generation else { throw ReleaseError(.invalidInput, "a generation fell") }
    }

    private mutating func takeID() -> Int64 {
        defer { nextID += 1 }
        return nextID
    }
}
