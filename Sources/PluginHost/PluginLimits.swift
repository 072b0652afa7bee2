public import PluginKit

/// How much a plugin may take, and how long.
public struct PluginLimits: Sendable, Hashable {
    /// Calls that wait for one plugin; more are refused.
    public var queuedCalls = 256
    /// From starting a child process to its greeting.
    public var start = Duration.seconds(10)
    /// The part of a call's time that the plugin does not get, so that it can still say itself that time is over: at most this much, and at
    /// most a tenth.
    public var reserve = Duration.milliseconds(500)
    /// Bytes of address space of a child process.
    public var addressSpace: UInt64 = 8 << 30
    /// Open files of a child process.
    public var openFiles: UInt64 = 1024
    /// The first wait after a failure; each further one is twice as long.
    public var firstBackoff = Duration.milliseconds(100)
    public var longestBackoff = Duration.seconds(30)
    /// A child process that lived this long starts again with the first wait.
    public var stableAfter = Duration.seconds(60)
    /// Bytes of one line of a plugin's output in the log; the rest of the line is cut off.
    public var logLine = 1000
    /// Lines of a plugin's output in the log in each second; the others are counted.
    public var logLinesPerSecond = 50

    public init() {}

    /// How long a call takes at most when its caller does not say.
    public static func time(for operation: PluginOperation) -> Duration {
        switch operation {
        case .describe, .validate, .table: .seconds(5)
        case .evaluate, .read: .seconds(10)
        case .collect: .seconds(15)
        case .apply: .seconds(30)
        }
    }
}
