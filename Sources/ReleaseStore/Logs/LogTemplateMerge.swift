/// Says that two log templates are one, since a miner made a place of theirs variable.
public struct LogTemplateMerge: Sendable, Hashable {
    /// Merges that one call may bring.
    public static let maximumCount = 10_000

    public var alias: String
    public var template: String
    /// The text of both together.
    public var text: String

    public init(alias: String, template: String, text: String) {
        self.alias = alias
        self.template = template
        self.text = text
    }
}

/// One push of a collector that mines near the source.
public struct CollectedLogs: Sendable, Hashable {
    public var batch: LogCountBatch
    public var merges: [LogTemplateMerge]
    /// Names the collector's run, and the push within it.
    public var collector: String
    public var number: Int

    public init(batch: LogCountBatch, merges: [LogTemplateMerge], collector: String, number: Int) {
        self.batch = batch
        self.merges = merges
        self.collector = collector
        self.number = number
    }
}
