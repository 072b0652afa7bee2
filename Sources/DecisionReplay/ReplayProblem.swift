/// Why something cannot be replayed. That is no verdict about the decision: nothing was compared.
public enum ReplayProblem: Error, Sendable, Hashable, CustomStringConvertible {
    /// What was recorded is not evidence that this program understands.
    case notEvidence(String)
    /// The policy at hand is not the one that the evidence names.
    case otherPolicy(recorded: String, atHand: String)
    /// The tree of the policy cannot be compiled against the recorded signals.
    case tree(String)
    /// The signals that the tree was compiled against were not recorded, and nobody else can say them.
    case noSchema

    public var description: String {
        switch self {
        case .notEvidence(let reason): "the evidence cannot be read: \(reason)"
        case .otherPolicy(let recorded, let atHand):
            "the evidence names policy \(recorded), and the one at hand is \(atHand)"
        case .tree(let reason): "the policy's tree does not fit the recorded signals: \(reason)"
        case .noSchema: "the evidence is older than the recording of signal descriptors, and no plugin at hand gives them"
        }
    }
}
