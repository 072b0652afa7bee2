import Hashing
public import ReleaseModel
public import RolloutEngine

/// The engine once more, on what the evidence says that it was given. It never sees what was decided then: whoever compares holds the
/// recorded decisions, and this type has no way to them.
public struct EngineReplay: Sendable {
    private let policy: Policy
    private let policyDigest: String

    /// - Parameter policy: the canonical JSON of the policy that was in force.
    /// - Throws: `notEvidence` where this program cannot read it.
    public init(policy: JSONValue) throws(ReplayProblem) {
        do {
            self.policy = try policy.decoded(as: Policy.self)
        } catch {
            throw .notEvidence("the policy cannot be read: \(error)")
        }
        policyDigest = policy.digest.hex
    }

    /// What follows from the recorded event on the recorded state.
    ///
    /// - Parameters:
    ///   - signals: in place of those that the event recorded: the ones that replayed plugins gave.
    ///   - schema: the descriptors to compile the tree against where the evidence has none of its own.
    public func step(_ evidence: Evidence, signals: ReplayedSignals? = nil, schema: [SignalDescriptor]? = nil) throws(ReplayProblem) -> Step
    {
        guard evidence.policyDigest == policyDigest else {
            throw .otherPolicy(recorded: evidence.policyDigest, atHand: policyDigest)
        }
        let engine = evidence.unjudged == nil ? try engine(evidence.signals ?? schema) : .holding(policy)
        return engine.handle(signals?.replacing(evidence.event) ?? evidence.event, evidence.before, now: evidence.now)
    }

    private func engine(_ schema: [SignalDescriptor]?) throws(ReplayProblem) -> RolloutEngine {
        guard let schema else { throw .noSchema }
        do {
            return try RolloutEngine(policy: policy, signals: schema)
        } catch {
            throw .tree("\(error)".split(separator: "\n").map { $0.drop { $0 == " " } }.joined(separator: "; "))
        }
    }

    /// How long new instances are left out of latency, pauses and memory: evaluators are told.
    var warmUp: TimeSpan { policy.warmUp }
}

/// The signals that replayed plugins gave for one window.
public struct ReplayedSignals: Sendable, Hashable {
    public var signals: [Signal]
    public var sinceMark: [Signal]

    public init(signals: [Signal], sinceMark: [Signal]) {
        self.signals = signals
        self.sinceMark = sinceMark
    }

    func replacing(_ event: RolloutEvent) -> RolloutEvent {
        guard case .evaluated(var evaluation) = event else { return event }
        evaluation.signals = signals
        evaluation.sinceMark = sinceMark
        return .evaluated(evaluation)
    }
}
