public import ReleaseModel

/// One line (or one event on several lines) as a shipper sent it.
public struct LogRecord: Sendable, Hashable {
    public var source: LogSource
    /// When the shipper says that it was written.
    public var time: Timestamp
    /// What a label says about it; nil where only the line itself may tell.
    public var severity: LogSeverity?
    public var line: String
    /// Whether the line was longer than a push may bring.
    public internal(set) var isCut = false
    /// What the shipper says beside the line: Loki's structured metadata, OTLP's attributes.
    public var metadata: [String: String]

    public init(source: LogSource, time: Timestamp, severity: LogSeverity?, line: String, metadata: [String: String] = [:]) {
        self.source = source
        self.time = time
        self.severity = severity
        self.line = line
        self.metadata = metadata
    }
}
