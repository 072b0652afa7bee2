public import ReleaseModel

/// What is told of every decision, as labelled sentences; one place, so that the terminal and the page say the same.
public struct DecisionFacts: Sendable {
    let decision: Decision
    let recordedAt: Timestamp
    let controller: String
    let leaseTerm: Int64
    let policyDigest: String
    let evidenceDigest: String?

    public init(
        _ decision: Decision, recordedAt: Timestamp, controller: String, leaseTerm: Int64, policyDigest: String, evidenceDigest: String?
    ) {
        self.decision = decision
        self.recordedAt = recordedAt
        self.controller = controller
        self.leaseTerm = leaseTerm
        self.policyDigest = policyDigest
        self.evidenceDigest = evidenceDigest
    }

    public var rows: [(label: String, text: String)] {
        var rows = [
            (
                "state",
                decision.from == decision.to ? "stays \(decision.to.rawValue)" : "\(decision.from.rawValue) -> \(decision.to.rawValue)"
            ),
            ("weights", weights),
        ]
        if let verdict = decision.verdict { rows.append(("verdict", verdict.rawValue)) }
        rows += [
            ("because", "\"\(decision.because.printable)\""),
            ("reason", decision.reason.printable),
            ("by", "\(ActorText.text(of: decision.actor)) (\(decision.actor.means.rawValue))"),
            ("written", "\(ReadingText.dateAndTime(recordedAt)) by \(controller.printable), lease term \(leaseTerm)"),
            ("policy", policyDigest.printable),
            ("evidence", evidenceDigest.map { "sha256 \($0.printable)" } ?? "none"),
        ]
        return rows
    }

    private var weights: String {
        decision.fromWeights == decision.toWeights || decision.toWeights.isEmpty
            ? "unchanged" : "\(ReadingText.weights(decision.fromWeights)) -> \(ReadingText.weights(decision.toWeights))"
    }

    /// The signals in the evidence: those of the evaluation that led to the decision. None where no evaluation was involved.
    public static func signals(in evidence: JSONValue?) -> [Signal] {
        guard let event = evidence?["event"] else { return [] }
        let evaluation = event["evaluated"]?["_0"] ?? event["evaluated"] ?? event
        return evaluation["signals"].flatMap { try? $0.decoded(as: [Signal].self) } ?? []
    }
}
