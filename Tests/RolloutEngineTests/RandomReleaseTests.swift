import Foundation
import ReleaseModel
import RolloutEngine
import Testing

/// Random lives of releases: whatever happens in whatever order, the promises hold.
@Suite struct RandomReleaseTests {
    static let signals = [
        SignalDescriptor(name: "errors.guilty", kind: .bool, worse: .true, summary: ""),
        SignalDescriptor(name: "score", kind: .number, minimum: 0, maximum: 100, worse: .lower, summary: ""),
        SignalDescriptor(name: "slo.breached", kind: .bool, worse: .true, summary: ""),
        SignalDescriptor(name: "samples", kind: .number, minimum: 0, worse: .none, summary: ""),
    ]

    static let policy = Policy(
        name: "random", traffic: PluginUse(plugin: "nginx"),
        metrics: MetricsPolicy(source: PluginUse(plugin: "prometheus"), every: .seconds(10), lag: .zero), logs: nil,
        routing: RoutingPolicy(
            plugin: "weighted", coloring: "coloring", key: "client.address", tagHeader: "x-gray-tag", colors: [], rules: []),
        stages: [
            Stage(weight: Weight(basisPoints: 100), duration: .seconds(20)),
            Stage(weight: Weight(basisPoints: 1000), duration: .seconds(20), samples: 50, extend: 2, then: .rollback),
            Stage(weight: Weight(basisPoints: 5000), duration: .seconds(20), approval: Approval(role: "approver", expires: .seconds(60))),
        ], warmUp: .zero, bake: .seconds(30), health: PluginUse(plugin: "health"),
        tree: [
            TreeNode(name: "worse", condition: "errors.guilty", action: .rollback),
            TreeNode(name: "score", condition: "held(score < 75, 20s)", action: .pause),
            TreeNode(name: "slo", condition: "slo.breached", action: .observe(.seconds(30), otherwise: .rollback)),
            TreeNode(name: "good", condition: nil, action: .advance),
        ], notify: [])

    /// The same with nodes within nodes, every action, and every term over time.
    static let everything: Policy = {
        var policy = RandomReleaseTests.policy
        policy.tree = [
            TreeNode(name: "worse", condition: "errors.guilty", action: .rollback),
            TreeNode(
                name: "slo", condition: "slo.breached",
                nodes: [
                    TreeNode(name: "slo and score", condition: "score < 70", action: .stepDown),
                    TreeNode(name: "slo alone", condition: nil, action: .observe(.seconds(30), otherwise: .stepDown)),
                ]),
            TreeNode(name: "falling", condition: "falling(score, 100s) and score < 80", action: .freeze),
            TreeNode(name: "odd", condition: "below(score, percentile(20, score, 5m))", action: .ask(nil)),
            TreeNode(name: "low", condition: "score < 75", action: .holdFor(.seconds(20), otherwise: .ask)),
            TreeNode(name: "good", condition: nil, action: .advance),
        ]
        return policy
    }()

    struct Generator: RandomNumberGenerator {
        var state: UInt64
        mutating func next() -> UInt64 {
            // SplitMix64 (Steele, Lea, Flood 2014).
            state &+= 0x9E37_79B9_7F4A_7C15
            var z = state
            z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
            z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
            return z ^ (z >> 31)
        }
    }

    static func reading(_ name: String, _ random: inout Generator) -> SignalReading {
        switch Int.random(in: 0..<10, using: &random) {
        case 0: return .missing("gone")
        case 1: return .failed("crashed")
        default: break
        }
        switch name {
        case "score": return .number(Double.random(in: 60...100, using: &random))
        case "samples": return .number(Double(Int.random(in: 0...1000, using: &random)))
        default: return .bool(Int.random(in: 0..<12, using: &random) == 0)
        }
    }

    static func event(_ state: RolloutState, now: Timestamp, _ random: inout Generator) -> RolloutEvent {
        switch Int.random(in: 0..<20, using: &random) {
        case 0: return .begin
        case 1, 2:
            let kind = Command.Kind.allCases.randomElement(using: &random)!
            return .command(Command(kind: kind, actor: Actor(name: "someone", means: .token), reason: "random"))
        case 3: return .applyFailed(generation: state.generation, reason: "refused")
        case 4: return .unreadable(reason: "timeout")
        case 5: return .clock
        case 6:
            return .observed(
                .init(generation: state.generation, weights: [ArmWeight(arm: Arm.canary, weight: .full)], draining: false, drift: "edited"))
        case 7..<12:
            return .observed(
                .init(generation: state.generation, weights: state.declared, draining: Bool.random(using: &random), drift: nil))
        default:
            let readings = signals.map { Signal(name: $0.name, reading: reading($0.name, &random)) }
            return .evaluated(
                .init(
                    windowStart: now - .seconds(10), windowEnd: now, signals: readings, sinceMark: state.observation == nil ? [] : readings,
                    canaryRequests: Bool.random(using: &random) ? 0 : nil))
        }
    }

    /// The same with two arms that are compared.
    static let experiment: Policy = {
        var policy = RandomReleaseTests.policy
        policy.routing.arms = [
            ArmShare(name: "a", share: Weight(basisPoints: 3333)), ArmShare(name: "b", share: Weight(basisPoints: 6667)),
        ]
        return policy
    }()

    @Test func anExperimentDividesTheWeightAndNeverPromotesByItself() throws {
        let engine = try RolloutEngine(policy: Self.experiment, signals: Self.signals)
        var state = RolloutState(canaryArms: ["a", "b"])
        var now = Timestamp(rfc3339: "2026-01-01T00:00:00Z")!
        func weights(_ state: RolloutState) -> [Int] { state.declared.map(\.weight.basisPoints) }
        func step(_ event: RolloutEvent) -> [Decision] {
            let step = engine.handle(event, state, now: now)
            state = step.state
            return step.decisions
        }
        func command(_ kind: Command.Kind) -> RolloutEvent {
            .command(Command(kind: kind, actor: Actor(name: "ann", means: .token), reason: "test"))
        }
        _ = step(.begin)
        #expect(state.declared.map(\.arm) == ["stable", "a", "b"])
        #expect(weights(state) == [9900, 33, 67])
        _ = step(command(.promote))
        #expect(weights(state) == [9000, 333, 667])
        #expect(step(command(.promoteFull)).map(\.kind) == [.refuse])
        _ = step(command(.promote))
        _ = step(command(.approve))
        #expect(weights(state) == [5000, 1666, 3334])
        #expect(step(command(.promote)).map(\.kind) == [.refuse])
        for _ in 0..<100 {
            now = now + .seconds(10)
            _ = step(.observed(.init(generation: state.generation, weights: state.declared, draining: false, drift: nil)))
            let good = [
                Signal(name: "errors.guilty", reading: .bool(false)), Signal(name: "score", reading: .number(99)),
                Signal(name: "slo.breached", reading: .bool(false)), Signal(name: "samples", reading: .number(100_000)),
            ]
            _ = step(
                .evaluated(.init(windowStart: now - .seconds(10), windowEnd: now, signals: good, sinceMark: [], canaryRequests: 10)))
        }
        #expect(state.state == .progressing)
        #expect(weights(state) == [5000, 1666, 3334])
        _ = step(command(.abort))
        #expect(weights(state) == [10_000, 0, 0])
    }

    @Test(arguments: 0..<40)
    func promisesHold(seed: Int) throws {
        let policy = [Self.policy, Self.everything, Self.policy, Self.experiment][seed % 4]
        let engine = try RolloutEngine(policy: policy, signals: Self.signals)
        for life in 0..<10 {
            var random = Generator(state: UInt64(seed * 1000 + life))
            let isIrreversible = seed % 8 == 5
            var state = RolloutState(
                canaryArms: policy.routing.arms?.map(\.name) ?? [Arm.canary], irreversible: isIrreversible ? true : nil)
            var now = Timestamp(rfc3339: "2026-01-01T00:00:00Z")!
            var declaredByDecision = state.declared
            var hasRetreated = false
            for turn in 0..<120 {
                now = now + .seconds(10)
                let event = Self.event(state, now: now, &random)
                let step = engine.handle(event, state, now: now)
                #expect(step == engine.handle(event, state, now: now), "the same event on the same state gives the same step")

                var place = state.state
                for decision in step.decisions {
                    #expect(decision.from == place)
                    #expect(decision.to == place || TransitionTable.allows(place, to: decision.to))
                    #expect(decision.fromWeights == declaredByDecision)
                    declaredByDecision = decision.toWeights
                    place = decision.to
                }
                #expect(place == step.state.state, "a state changes only with a decision")
                #expect(declaredByDecision == step.state.declared, "weights change only with a decision")

                let raised = step.state.canaryWeight > state.canaryWeight
                if raised {
                    #expect(!hasRetreated, "nothing raises the weight after a retreat")
                    #expect(step.state.state == .progressing || step.state.state == .baking)
                    if case .evaluated(let evaluation) = event {
                        #expect(
                            evaluation.signals.allSatisfy { $0.name == "samples" || $0.reading.isKnown },
                            "the tree advances only when every condition is known")
                    }
                }
                if step.state.state.isRetreating {
                    hasRetreated = true
                    #expect(step.state.canaryWeight == .zero)
                }
                if state.state.isFinal { #expect(step.state.state == state.state, "a final state is final") }

                let isWaiting = [.progressing, .paused, .awaitingApproval, .baking].contains(state.state)
                if isWaiting, case .evaluated(let evaluation) = event,
                    evaluation.signals.contains(where: { $0.name == "errors.guilty" && $0.reading == .bool(true) })
                {
                    #expect(step.state.state == (isIrreversible ? .paused : .rollingBack), "a breach acts in every waiting state")
                }
                if case .evaluated = event, isIrreversible {
                    #expect(step.state.state == state.state || !step.state.state.isRetreating, "nothing but a person takes it back")
                }
                if case .evaluated = event, step.state.canaryWeight < state.canaryWeight, !step.state.state.isRetreating {
                    #expect(step.decisions.contains { $0.kind == .stepDown }, "a lower weight is a step down or a retreat")
                }
                #expect((step.state.histories ?? []).allSatisfy { $0.values.count <= SignalHistory.maximumReadings })
                if turn % 10 == 0 {
                    let stored = try JSONDecoder().decode(RolloutState.self, from: JSONEncoder().encode(step.state))
                    #expect(stored == step.state, "what is stored is what was there")
                }
                state = step.state
            }
        }
    }
}
