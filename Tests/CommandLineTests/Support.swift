import ReleaseModel
import ReleaseServer

@testable import tidegate

/// Values of the API, as a server would answer them.
enum Samples {
    static let start = Timestamp(rfc3339: "2026-11-21T02:00:00Z")!

    static func release(state: ReleaseState = .progressing, canary: String = "25%") -> Release {
        let weight = Weight(percent: canary)!
        return Release(
            id: "checkout-7", service: "checkout", target: "edge",
            arms: [
                Arm(name: "stable", revision: "v41", weight: weight.complement), Arm(name: "canary", revision: "v42", weight: weight),
            ], policyName: "demo", policyDigest: "9c1d", salt: "s", state: state,
            startedBy: Actor(name: "jenkins", means: .token, onBehalfOf: "alice"), reason: "new basket",
            provenance: Provenance(ticket: "SHOP-117"), createdAt: start)
    }

    static func decision(
        _ kind: Decision.Kind, id: Int64 = 1, from: ReleaseState = .progressing, to: ReleaseState = .progressing, before: String = "5%",
        after: String = "25%", because: String = "stage complete", reason: String = "", actor: Actor = .controller, at seconds: Double = 60
    ) -> DecisionView {
        func weights(_ text: String) -> [ArmWeight] {
            let weight = Weight(percent: text)!
            return [ArmWeight(arm: "stable", weight: weight.complement), ArmWeight(arm: "canary", weight: weight)]
        }
        return DecisionView(
            id: id, release: "checkout-7",
            decision: Decision(
                kind: kind, from: from, to: to, fromWeights: weights(before), toWeights: weights(after), stage: 1, because: because,
                verdict: .healthy, actor: actor, reason: reason, time: start + .seconds(seconds), path: path),
            evidenceDigest: "abcd", policyDigest: "9c1d", controller: "host-1", leaseTerm: 4, recordedAt: start + .seconds(seconds))
    }

    static let path = [
        NodeEvaluation(
            node: "canary is worse", condition: "errors.guilty or latency.guilty", truth: .unknown, taken: false,
            readings: [
                NamedReading(name: "errors.guilty", reading: .bool(false)),
                NamedReading(name: "latency.guilty", reading: .missing("no canary requests")),
            ]),
        NodeEvaluation(node: "all good", condition: nil, truth: .true, taken: true, readings: []),
    ]

    static func detail(state: ReleaseState = .progressing, observed: String? = "25%") -> ReleaseDetail {
        var progress = ReleaseDetail.Progress()
        progress.stage = 1
        progress.stageEnteredAt = start + .seconds(60)
        progress.stageWatched = .seconds(12)
        progress.samples = 540
        progress.samplesAtStage = 200
        progress.observed = observed.map { text in
            let weight = Weight(percent: text)!
            return [ArmWeight(arm: "stable", weight: weight.complement), ArmWeight(arm: "canary", weight: weight)]
        }
        return ReleaseDetail(
            release: release(state: state),
            stages: [
                Stage(weight: Weight(percent: "5%")!, duration: .seconds(20)),
                Stage(weight: Weight(percent: "25%")!, duration: .seconds(20), samples: 500),
            ], bake: .seconds(30), progress: progress,
            evaluation: .init(
                windowEnd: start + .seconds(70), verdict: .inconclusive, because: "all good",
                signals: [
                    Signal(name: "score", reading: .number(97.25)), Signal(name: "errors.guilty", reading: .bool(false)),
                    Signal(name: "latency.guilty", reading: .missing("no canary requests")),
                ], path: path),
            lease: .init(controller: "host-1", term: 4, expiresAt: start + .seconds(100)), waitingCommands: [], blockedBy: nil,
            lastDecision: decision(.advance), now: start + .seconds(72))
    }
}
