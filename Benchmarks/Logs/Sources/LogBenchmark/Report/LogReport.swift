/// What the benchmark found.
public struct LogReport: Sendable, Codable {
    public struct System: Sendable, Codable {
        public var name: String
        public var lines: Int
        public var tidegate: MinedLog
        /// nil where Drain3 could not be run.
        public var drain3: MinedLog?
        public var drain3Masked: MinedLog?
        public var publishedDrain: Double?
        public var publishedBrain: Double?

        public init(_ log: LabelledLog, tidegate: MinedLog, drain3: Drain3.Found?) {
            name = log.system
            lines = log.messages.count
            self.tidegate = tidegate
            self.drain3 = drain3?.plain
            drain3Masked = drain3?.masked
            publishedDrain = PublishedFigures.drain[log.system]
            publishedBrain = PublishedFigures.brain[log.system]
        }
    }

    public var systems: [System]
    public var memory: MemoryRun?
    public var anomaly: AnomalyReport?

    public init(systems: [System], memory: MemoryRun?, anomaly: AnomalyReport? = nil) {
        self.systems = systems
        self.memory = memory
        self.anomaly = anomaly
    }

    /// The mean of a figure over the systems that have it; nil where none has.
    public func mean(_ figure: (System) -> Double?) -> Double? {
        let values = systems.compactMap(figure)
        return values.isEmpty ? nil : values.reduce(0, +) / Double(values.count)
    }

    /// Lines a second over all systems together, each with the same number of lines.
    public func speed(_ figure: (System) -> MinedLog?) -> Double? {
        let values = systems.compactMap(figure).map(\.linesPerSecond)
        return values.isEmpty ? nil : Double(values.count) / values.reduce(0) { $0 + 1 / $1 }
    }
}
