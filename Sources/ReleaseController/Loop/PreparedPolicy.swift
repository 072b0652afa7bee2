public import ReleaseModel
public import RolloutEngine

/// A policy made ready to run: its engine, and its plugins with the configurations that they have accepted.
public struct PreparedPolicy: Sendable {
    public var engine: RolloutEngine
    public var metrics: PluginUse
    /// Sources whose samples are added.
    public var furtherMetrics: [PluginUse]
    public var traffic: PluginUse
    /// The plugin that probes the arms, where the policy has one.
    public var probes: PluginUse?
    /// The scoring plugin first, then the log signals where the policy has them.
    public var evaluators: [Evaluator]
    /// Why releases under the policy cannot be judged; nil where they can.
    public var problem: String?

    /// A plugin that turns samples into signals.
    public struct Evaluator: Sendable {
        public var use: PluginUse
        public var signals: [SignalDescriptor]

        public init(use: PluginUse, signals: [SignalDescriptor]) {
            self.use = use
            self.signals = signals
        }
    }

    public init(
        engine: RolloutEngine, metrics: PluginUse, furtherMetrics: [PluginUse] = [], traffic: PluginUse, evaluators: [Evaluator],
        probes: PluginUse? = nil
    ) {
        self.engine = engine
        self.metrics = metrics
        self.furtherMetrics = furtherMetrics
        self.traffic = traffic
        self.evaluators = evaluators
        self.probes = probes
    }
}
