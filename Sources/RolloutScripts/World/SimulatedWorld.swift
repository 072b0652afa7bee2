import PluginKit
import ReleaseController
public import ReleaseModel
import ReleaseStore
import RolloutEngine

/// Releases run by the real release loop and the real engine. Only what surrounds them is simulated: the store, the data plane, the
/// clock, and through `Around` what is measured and what fails.
struct SimulatedWorld<Around: Surroundings> {
    /// When every simulated world begins.
    static var origin: Timestamp { WorldTime.origin }
    /// The most visits of one run.
    static var maximumVisits: Int { 1_000_000 }

    let prepared: PreparedPolicy
    var around: Around
    var store: SimulatedStore
    var dataPlane = SimulatedDataPlane()
    var history = WorldHistory()
    private(set) var now = WorldTime.origin
    private var term: Int64 = 1
    private var visits = 0

    init(policy: Policy, prepared: PreparedPolicy, around: Around) {
        self.prepared = prepared
        self.around = around
        store = SimulatedStore(
            policy: policy,
            target: Target(
                name: "simulated", plugin: policy.traffic.plugin, nodes: [TargetNode(name: "node", configuration: [:])],
                services: [TargetService(name: "checkout", stable: "v41", revisions: [])]))
    }

    /// Another controller takes over under a new lease term.
    mutating func crash() { term += 1 }

    /// Runs up to `time`; what is due at that very time waits.
    mutating func run(before time: Timestamp) async throws { try await run(to: time, inclusive: false) }

    /// Runs up to and including `time`.
    mutating func run(through time: Timestamp) async throws { try await run(to: time, inclusive: true) }

    private mutating func run(to end: Timestamp, inclusive: Bool) async throws {
        while now < end || (inclusive && now == end) {
            while let index = store.releases.indices.first(where: { store.isDue($0, at: now) }) {
                visits += 1
                guard visits <= Self.maximumVisits else {
                    throw ReleaseError(.limitExceeded, "the releases never come to rest: more than \(Self.maximumVisits) visits")
                }
                try await visit(index)
            }
            history.observe(dataPlane, states: store.releases.map { ($0.release.id, $0.release.state) }, at: now)
            guard let next = store.nextDue, next > now, next < end || (inclusive && next == end) else { break }
            now = next
        }
        now = max(now, end)
    }

    /// One visit of the release's loop, its actions performed on the simulated world.
    private mutating func visit(_ index: Int) async throws {
        var loop = ReleaseLoop(
            lease: Lease(release: store.releases[index].release.id, controller: "simulation", term: term, expiresAt: now + .seconds(60)))
        var input = LoopInput.start
        while true {
            switch try loop.handle(input) {
            case .load: input = .loaded(store.record(index, now: now), prepared)
            case .claimEffects: input = .claimed(store.claim(index, now: now), now: now)
            case .apply(let plan, _, _): input = .applied([apply(plan)], now: now)
            case .recordOutcome(let effect, let result, _):
                store.recordOutcome(index, effect: effect, result: result, now: now)
                input = .recorded
            case .read: input = .read([read()], now: now)
            case .collect(_, let request, let logs, _, _):
                input = .collected(around.collect(request, logs: logs, history: history, now: now))
            case .evaluate(let calls):
                var answers: [EvaluatorAnswer] = []
                for call in calls { answers.append(await around.evaluate(call, now: now)) }
                input = .evaluated(answers)
            case .commit(let commit): input = .committed(try store.commit(index, commit, now: now), now: now)
            case .rest(let until):
                store.rest(index, until: until)
                return
            }
        }
    }

    private mutating func apply(_ plan: TrafficPlan) -> NodeReport {
        let response = dataPlane.apply(
            plan, isAvailable: !around.has(.apply, at: now), isDraining: around.has(.draining, at: now))
        let weight = plan.arms.first { $0.name == Arm.canary }?.weight ?? .zero
        history.add(.init(time: now, canary: weight, ok: response.applied))
        return NodeReport(node: "node", observed: response.observed, problem: response.applied ? nil : response.reason)
    }

    private func read() -> NodeReport {
        around.has(.read, at: now)
            ? NodeReport(node: "node", observed: nil, problem: "cannot be read")
            : NodeReport(node: "node", observed: dataPlane.observe(isDraining: around.has(.draining, at: now)), problem: nil)
    }
}

/// The clock of simulated worlds.
public enum WorldTime {
    /// When each of them begins.
    public static let origin = Timestamp(rfc3339: "2026-01-01T00:00:00Z")!
}
