public import ReleaseModel

/// What was recorded of one release, as far as a policy can be tried on it: every judged window with its signals, every decision, and the
/// evidence of decisions.
///
/// Samples are recorded with decisions only, so that a policy that makes other signals of them (other health settings) cannot be tried
/// on the windows between; the signals are what counts here.
public struct ReleaseRecording: Sendable, Codable {
    public static let format = "tidegate/recording/v1"

    public var format = Self.format
    public var release: Release
    /// The policy that the release ran under.
    public var policy: Policy
    /// In the order of time.
    public var windows: [Window]
    public var decisions: [RecordedDecision]

    /// One judged window.
    public struct Window: Sendable, Codable {
        public var end: Timestamp
        /// When it was judged.
        public var at: Timestamp
        public var signals: [Signal]
        /// The weights after it.
        public var declared: [ArmWeight]
        public var canaryRequests: Double?
        public var problems: [String]
    }

    public struct RecordedDecision: Sendable, Codable {
        public var id: Int64
        public var decision: Decision
        /// nil where there was none, where it has expired, or where the caller may not read it.
        public var evidence: JSONValue?

        public init(id: Int64, decision: Decision, evidence: JSONValue?) {
            self.id = id
            self.decision = decision
            self.evidence = evidence
        }
    }

    public init(release: Release, policy: Policy, windows: [Window], decisions: [RecordedDecision]) {
        self.release = release
        self.policy = policy
        self.windows = windows
        self.decisions = decisions
    }
}

extension ReleaseRecording.Window {
    /// A window as the store keeps it: its end, when it was judged, and the evaluation in short.
    public init(end: Timestamp, at: Timestamp, outcome: JSONValue) {
        self.end = end
        self.at = at
        signals = (try? outcome["signals"]?.decoded(as: [Signal].self)) ?? []
        declared = (outcome["declared"]?.array ?? []).compactMap { entry in
            guard let arm = entry["arm"]?.string, let weight = entry["weight"]?.number, let points = Int(exactly: weight) else {
                return nil
            }
            return ArmWeight(arm: arm, weight: Weight(basisPoints: points))
        }
        canaryRequests = outcome["canaryRequests"]?.number
        problems = (outcome["problems"]?.array ?? []).compactMap(\.string)
    }
}
