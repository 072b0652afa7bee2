public import ReleaseModel

/// One line (or one event on several lines) as a shipper sent it.
public struct LogRecord: Sendable, Hashable {
    public var source: LogSource
    /// When the shipper says that it was written.
    public var time: Timestamp
    /// What a label says about it; nil where only the line itself may tell.
    public var severity: LogSeverity?
    public var line: String

    public init(source: LogSource, time: Timestamp, severity: LogSeverity?, line: String) {
        self.source = source
        self.time = time
        self.severity = severity
        self.line = line
    }
}
