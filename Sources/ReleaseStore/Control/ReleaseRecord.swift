public import ReleaseModel

/// Everything that a controller reads before it steps a release, at one moment of the database.
public struct ReleaseRecord: Sendable {
    public var release: Release
    /// The release that this one tries again.
    public var parent: ReleaseID?
    public var policy: Policy
    public var target: Target
    /// What the engine remembered at the last commit; nil before the first.
    public var engineState: JSONValue?
    /// Grows by one with every commit; a commit names the version that it was made from.
    public var version: Int64
    public var generation: Int64
    /// By plugin name.
    public var rolling: [RollingState]
    /// Oldest first.
    public var commands: [QueuedCommand]
    public var lastWindowEnd: Timestamp?
    /// Those that are neither done, failed nor dropped; oldest first.
    public var pendingEffects: [EffectRecord]
    /// The active release that a pending one waits for.
    public var blockedBy: ReleaseID?
    /// The database's clock when this was read.
    public var now: Timestamp

    public init(
        release: Release, parent: ReleaseID?, policy: Policy, target: Target, engineState: JSONValue?, version: Int64, generation: Int64,
        rolling: [RollingState], commands: [QueuedCommand], lastWindowEnd: Timestamp?, pendingEffects: [EffectRecord],
        blockedBy: ReleaseID?,
        now: Timestamp
    ) {
        self.release = release
        self.parent = parent
        self.policy = policy
        self.target = target
        self.engineState = engineState
        self.version = version
        self.generation = generation
        self.rolling = rolling
        self.commands = commands
        self.lastWindowEnd = lastWindowEnd
        self.pendingEffects = pendingEffects
        self.blockedBy = blockedBy
        self.now = now
    }

    public func rolling(of plugin: String) -> RollingState? { rolling.first { $0.plugin == plugin } }
}
