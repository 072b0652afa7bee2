public import ReleaseModel

/// A command that waits for a controller.
public struct QueuedCommand: Sendable, Hashable, Codable {
    public var id: Int64
    public var command: Command
    public var at: Timestamp
    /// The newer release that asks for the place, where the command is `supersede`.
    public var by: ReleaseID?

    public init(id: Int64, command: Command, at: Timestamp, by: ReleaseID? = nil) {
        self.id = id
        self.command = command
        self.at = at
        self.by = by
    }
}

/// A command that a commit answers, and the decision that does (an index into the commit's decisions).
public struct ConsumedCommand: Sendable, Hashable {
    public var id: Int64
    public var decisionIndex: Int?

    public init(id: Int64, decisionIndex: Int? = nil) {
        self.id = id
        self.decisionIndex = decisionIndex
    }
}
