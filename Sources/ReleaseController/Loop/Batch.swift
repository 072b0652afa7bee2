import DecisionReplay
import ReleaseModel
import ReleaseStore
import RolloutEngine

/// The kinds of effects that the outbox carries.
enum EffectKind {
    static let setWeights = "setWeights"
    static let notify = "notify"
}

/// What one visit has gathered for its next commit.
struct Batch: Sendable {
    var decisions: [NewDecision] = []
    var effects: [PendingEffect] = []
    var consumed: [ConsumedCommand] = []
    var rolling: [RollingState] = []
    var poll: PollRow?
    var makesStable = false

    /// An effect before it has its key, which needs the version that it is committed under.
    struct PendingEffect: Sendable {
        var kind: String
        var key: String?
        var payload: JSONValue
        var decisionIndex: Int?
    }

    var isEmpty: Bool { decisions.isEmpty && effects.isEmpty && consumed.isEmpty && poll == nil }

    mutating func add(_ step: Step, evidence: Evidence) {
        let bytes = evidence.canonicalBytes
        for decision in step.decisions { decisions.append(NewDecision(decision: decision, evidence: bytes)) }
        let last = decisions.isEmpty ? nil : decisions.count - 1
        for effect in step.effects {
            switch effect {
            case .setWeights(let generation, let weights):
                effects.append(
                    PendingEffect(
                        kind: EffectKind.setWeights, key: "generation \(generation)",
                        payload: ["generation": .number(Double(generation)), "weights": weights.json], decisionIndex: last))
            case .notify(let kind, let because):
                let index = decisions.lastIndex { $0.decision.kind == kind } ?? last
                let body = Notice(release: evidence.release, kind: kind, because: because, decision: index.map { decisions[$0].decision })
                effects.append(PendingEffect(kind: EffectKind.notify, key: nil, payload: body.json, decisionIndex: index))
            case .makeStable: makesStable = true
            }
        }
    }
}

/// The body of a notification.
struct Notice {
    var release: ReleaseID
    var kind: Decision.Kind
    var because: String
    var decision: Decision?

    var json: JSONValue {
        var body: [String: JSONValue] = [
            "release": .string(release), "event": .string(kind.rawValue), "because": .string(because),
        ]
        if let decision {
            body["reason"] = .string(decision.reason)
            body["state"] = .string(decision.to.rawValue)
            body["weights"] = decision.toWeights.json
            body["verdict"] = decision.verdict.map { .string($0.rawValue) }
            body["actor"] = .string(decision.actor.name)
            body["time"] = .string(decision.time.description)
        }
        return .object(body)
    }
}

extension [ArmWeight] {
    var json: JSONValue {
        .array(map { ["arm": .string($0.arm), "weight": .number(Double($0.weight.basisPoints))] })
    }
}
