public import ReleaseModel

/// Something that happened to a release. Recorded in the evidence, so that every decision can be replayed.
public enum RolloutEvent: Sendable, Hashable, Codable {
    /// Nothing stands in the way of a pending release any more.
    case begin
    /// A poll window was judged.
    case evaluated(Evaluation)
    case command(Command)
    /// Every node of the target was read.
    case observed(Observation)
    /// A node could not be read.
    case unreadable(reason: String)
    /// An attempt to apply the declared weights failed; it will be tried again.
    case applyFailed(generation: Int64, reason: String)
    /// Time passed; deadlines may have.
    case clock

    /// What the plugins said about one window.
    public struct Evaluation: Sendable, Hashable, Codable {
        public var windowStart: Timestamp
        public var windowEnd: Timestamp
        public var signals: [Signal]
        /// The same signals, judged only on what came since the running observation began.
        public var sinceMark: [Signal]
        /// How much the canary's own request counter grew in the window; nil when that is not known.
        public var canaryRequests: Double?

        public init(windowStart: Timestamp, windowEnd: Timestamp, signals: [Signal], sinceMark: [Signal], canaryRequests: Double?) {
            self.windowStart = windowStart
            self.windowEnd = windowEnd
            self.signals = signals
            self.sinceMark = sinceMark
            self.canaryRequests = canaryRequests
        }
    }

    /// What the nodes of a target run, taken together.
    public struct Observation: Sendable, Hashable, Codable {
        /// The generation that every node reports; nil when they differ or one carries none.
        public var generation: Int64?
        public var weights: [ArmWeight]
        /// True while a node still serves connections of an older generation.
        public var draining: Bool
        public var drift: String?

        public init(generation: Int64?, weights: [ArmWeight], draining: Bool, drift: String?) {
            self.generation = generation
            self.weights = weights
            self.draining = draining
            self.drift = drift
        }
    }
}
