import Logging
import PluginHost
import PluginKit
import ReleaseModel
import ReleaseStore

/// Performs what a release's loop asks for: the only place where a visit meets the store and the plugins.
struct ReleaseDriver: Sendable {
    /// How often a visit may be overtaken before it leaves the release to a later one.
    static let maximumConflicts = 3

    let store: ReleaseStore
    let plugins: PluginHost
    let policies: PolicyPreparation
    let collector: SampleCollector
    let configuration: ControllerConfiguration
    let logger: Logger

    /// Visits one leased release until it has nothing left to do.
    ///
    /// - Returns: true when notifications wait to be delivered.
    /// - Throws: `leaseLost` when another controller has taken over; anything else means that the visit ended early and nothing
    ///   that was not committed has happened.
    func visit(_ lease: Lease) async throws -> Bool {
        var loop = ReleaseLoop(lease: lease)
        var input = LoopInput.start
        var conflicts = 0
        var hasNotifications = false
        while true {
            switch try loop.handle(input) {
            case .load:
                let record = try await store.load(lease.release)
                hasNotifications = hasNotifications || record.pendingEffects.contains { $0.kind == EffectKind.notify }
                let policy = await policies.preparedOrHolding(record.policy, digest: record.release.policyDigest)
                if let problem = policy.problem {
                    logger.error("a release cannot be judged", metadata: ["release": "\(lease.release)", "reason": "\(problem)"])
                }
                input = .loaded(record, policy)
            case .claimEffects:
                let effects = try await store.claimEffects(lease, kind: EffectKind.setWeights)
                input = .claimed(effects, now: try await store.now())
            case .apply(let plan, let target, let policy):
                _ = try await store.renew(lease, ttl: configuration.leaseTime + configuration.applyTimeout)
                configuration.checkpoint(.beforeEffect)
                let reports = await apply(plan, to: target, policy: policy)
                configuration.checkpoint(.afterEffect)
                input = .applied(reports, now: try await store.now())
            case .recordOutcome(let effect, let result, let outcome):
                try await store.recordOutcome(effect: effect, lease: lease, result: result, outcome: outcome)
                configuration.checkpoint(.afterOutcome)
                input = .recorded
            case .read(let service, let target):
                input = .read(await read(service: service, target: target), now: try await store.now())
            case .collect(let policy, let request, let logs, let probes, let further):
                async let probed = probe(policy, probes)
                async let others = collect(further)
                var window = try await collect(policy, request, logs: logs)
                let (result, note) = await probed
                window.probes = result
                window.notes = note.map { [$0] } ?? []
                window.add(await others)
                input = .collected(window)
            case .evaluate(let calls):
                input = .evaluated(await evaluate(calls))
            case .commit(let commit):
                hasNotifications = hasNotifications || commit.effects.contains { $0.kind == EffectKind.notify }
                configuration.checkpoint(.beforeCommit)
                do {
                    let result = try await store.commit(commit)
                    configuration.checkpoint(.afterCommit)
                    report(commit)
                    input = .committed(result, now: try await store.now())
                } catch let error as ReleaseError where error.code == .conflict {
                    conflicts += 1
                    guard conflicts <= Self.maximumConflicts else { throw error }
                    input = .conflict
                }
            case .rest(let until):
                if loop.needsRest { try await store.releaseLease(lease, nextDue: until) }
                return hasNotifications
            }
        }
    }

    private func report(_ commit: Commit) {
        for decision in commit.decisions.map(\.decision) {
            logger.info(
                "decided",
                metadata: [
                    "release": "\(commit.lease.release)", "kind": "\(decision.kind.rawValue)", "because": "\(decision.because)",
                    "canary": "\(decision.toWeights.canary)",
                ])
        }
    }
}
