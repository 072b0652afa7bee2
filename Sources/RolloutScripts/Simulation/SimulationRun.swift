import ReleaseController
public import ReleaseModel
import RolloutEngine

/// One simulated release from its start to its end.
public struct SimulationRun: Sendable, Codable {
    public enum End: String, Sendable, Codable {
        case promoted, rolledBack
        /// Neither at the end of the time: it holds, or waits for a person.
        case waiting
    }

    public var seed: UInt64
    public var end: End
    /// How long it took from its start.
    public var length: TimeSpan
    /// From the begin of the fault to the decision to roll back.
    public var delay: TimeSpan?
    /// Canary requests that the fault spoiled: failed or slower than half a second.
    public var badRequests: Double
    public var canaryRequests: Double
    /// How often a person was asked.
    public var asked: Int
    /// The node of the tree, or the rule, that decided the end.
    public var because: String

    /// The longest that a release is simulated, in multiples of its planned time.
    private static let patience = 6.0

    /// Runs a release under a policy.
    ///
    /// - Parameters:
    ///   - answers: how long a person takes to approve; nil where nobody answers.
    /// - Throws: where the tree does not fit the signals of the plugins, or the release never comes to rest.
    public static func run(
        _ policy: Policy, evaluators: EvaluatorFleet, scenario: SimulationScenario, model: TrafficModel, seed: UInt64,
        answers: TimeSpan?
    ) async throws -> SimulationRun {
        let prepared = PreparedPolicy(
            engine: try RolloutEngine(policy: policy, signals: evaluators.signals), metrics: policy.metrics.source,
            traffic: policy.traffic,
            evaluators: evaluators.members.map { PreparedPolicy.Evaluator(use: $0.use, signals: $0.signals) })
        let planned = policy.stages.reduce(policy.bake) { $0 + $1.duration } + policy.metrics.every * Double(policy.stages.count + 1)
        var world = SimulatedWorld(
            policy: policy, prepared: prepared,
            around: TrafficSurroundings(
                model: model, scenario: scenario, evaluators: evaluators, policy: policy, plannedLength: planned, seed: seed))
        world.store.start(SimulatedStart(), now: world.now)
        let end = WorldTime.origin + planned * patience + .seconds(600)
        var asked = 0
        var askedAt: Timestamp?
        while world.now < end, world.store.releases.contains(where: { !$0.release.state.isFinal }) {
            try await world.run(through: world.now + policy.metrics.every)
            guard world.store.releases.last?.release.state == .awaitingApproval else {
                askedAt = nil
                continue
            }
            if askedAt == nil {
                askedAt = world.now
                asked += 1
            }
            if let answers, let since = askedAt, world.now - since >= answers {
                let command = Command(kind: .approve, actor: Actor(name: "approver", means: .token), reason: "simulated")
                world.store.enqueue(command, at: world.now)
                askedAt = nil
            }
        }
        return result(world, seed: seed, asked: asked)
    }

    private static func result(_ world: SimulatedWorld<TrafficSurroundings>, seed: UInt64, asked: Int) -> SimulationRun {
        let decisions = world.store.decided.map(\.decision)
        let state = world.store.releases.last?.release.state
        let rollback = decisions.first { $0.kind == .rollback }
        let last = rollback ?? decisions.last { $0.kind == .complete } ?? decisions.last
        let harm = world.around.harm
        return SimulationRun(
            seed: seed, end: state == .promoted ? .promoted : rollback != nil ? .rolledBack : .waiting,
            length: (decisions.last?.time ?? world.now) - WorldTime.origin,
            delay: rollback.flatMap { decision in world.around.faultBegan.map { decision.time - $0 } },
            badRequests: harm.failed + harm.slow, canaryRequests: harm.canaryRequests, asked: asked, because: last?.because ?? "")
    }
}
