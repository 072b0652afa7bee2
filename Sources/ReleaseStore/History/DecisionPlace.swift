import PostgresClient

/// Where a decision stands: between which others of its release, and as which entry of the history.
public struct DecisionPlace: Sendable, Hashable {
    /// Numbers of the decisions before and after it within its release; nil at either end.
    public var previous: Int64?
    public var next: Int64?
    /// Number of the entry that tells of it; nil where the reader may not see entries.
    public var entry: Int64?
    /// Its leaf in the log; nil until a sequencer has numbered it.
    public var leafIndex: Int64?
}

extension DecisionPlace {
    init(row: PostgresRow) throws {
        self.init(
            previous: try row.decode(Int64?.self, "previous"), next: try row.decode(Int64?.self, "next"),
            entry: try row.decode(Int64?.self, "entry"), leafIndex: try row.decode(Int64?.self, "leaf_index"))
    }
}
