public import ReleaseModel

/// What came of replaying one decision.
public struct ReplayReport: Sendable, Hashable, Codable {
    public enum Outcome: String, Sendable, Hashable, Codable {
        /// The same result, from the same evidence.
        case agrees
        /// Another result; the difference says where.
        case differs
        /// Nothing was compared; the reason says why.
        case notReplayed
    }

    /// What came of replaying one plugin on the recorded samples.
    public struct Plugin: Sendable, Hashable, Codable {
        public var plugin: PluginIdentity
        public var outcome: Outcome
        public var reason: String?
        public var difference: ReplayDifference?

        public init(plugin: PluginIdentity, outcome: Outcome, reason: String? = nil, difference: ReplayDifference? = nil) {
            self.plugin = plugin
            self.outcome = outcome
            self.reason = reason
            self.difference = difference
        }
    }

    public var decision: Int64
    public var release: ReleaseID
    /// The engine, on the recorded event.
    public var engine: Outcome
    public var reason: String?
    public var difference: ReplayDifference?
    /// The plugins on the recorded samples, where the decision rests on an evaluation.
    public var plugins: [Plugin]
    /// The engine on the signals that the replayed plugins gave, where every plugin could be replayed.
    public var fromSamples: Outcome?

    public init(
        decision: Int64, release: ReleaseID, engine: Outcome, reason: String? = nil, difference: ReplayDifference? = nil,
        plugins: [Plugin] = [], fromSamples: Outcome? = nil
    ) {
        self.decision = decision
        self.release = release
        self.engine = engine
        self.reason = reason
        self.difference = difference
        self.plugins = plugins
        self.fromSamples = fromSamples
    }

    /// False where anything that was compared is not the same.
    public var isSound: Bool {
        engine != .differs && fromSamples != .differs && plugins.allSatisfy { $0.outcome != .differs }
    }

    /// True where the engine and every plugin behind the decision were run again.
    public var isComplete: Bool { engine == .agrees && plugins.allSatisfy { $0.outcome == .agrees } }
}
