public import ReleaseModel

/// How a loaded plugin is doing.
public enum PluginState: Sendable, Hashable {
    /// It answers, or is being started. Goes to `backingOff` when its process ends, stalls or talks nonsense, and to `failed`.
    case running
    /// It failed and is started again at this time. Goes to `running`.
    case backingOff(until: ContinuousClock.Instant)
    /// It was refused (another content than pinned, another version of the boundary) or the host shut down. Stays until loaded anew.
    case failed(ReleaseError)

    public var label: String {
        switch self {
        case .running: "running"
        case .backingOff: "backing off"
        case .failed: "failed"
        }
    }
}

/// What stands between a plugin and the process that asks it.
public enum PluginIsolation: String, Sendable, Hashable, Codable {
    /// A process of its own: a crash, a stall or garbage costs the calls in flight.
    case childProcess
    /// Nothing: a crash of the plugin is a crash of the host.
    case none

    public var label: String {
        switch self {
        case .childProcess: "child process"
        case .none: "not isolated"
        }
    }
}
