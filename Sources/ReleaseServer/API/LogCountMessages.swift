public import ReleaseModel

/// `POST /v1/logs/counts`: what a collector counted near the source. No lines.
public struct PushLogCounts: Codable, Sendable, Hashable {
    public static let maximumCounts = 2000
    public static let maximumAliases = 2000

    public var service: String
    public var revision: String
    public var instance: String
    /// Names the collector's run; pushes of one run are numbered upwards. A push that is sent twice is counted once.
    public var collector: String
    public var number: Int
    public var counts: [CollectedCount]
    public var aliases: [CollectedAlias]?

    public init(
        service: String, revision: String, instance: String, collector: String, number: Int, counts: [CollectedCount],
        aliases: [CollectedAlias]?
    ) {
        self.service = service
        self.revision = revision
        self.instance = instance
        self.collector = collector
        self.number = number
        self.counts = counts
        self.aliases = aliases
    }
}

/// How often a template was seen in one ten-second window.
public struct CollectedCount: Codable, Sendable, Hashable {
    public var template: String
    public var text: String
    public var severity: LogSeverity
    public var exceptionClass: String?
    public var count: Int
    public var windowStart: Timestamp

    public init(_ count: LogCount) {
        template = count.template
        text = count.text
        severity = count.severity
        exceptionClass = count.exceptionClass
        self.count = count.count
        windowStart = count.windowStart
    }
}

/// Two templates that became one, and the text of both together.
public struct CollectedAlias: Codable, Sendable, Hashable {
    public var alias: String
    public var template: String
    public var text: String

    public init(alias: String, template: String, text: String) {
        self.alias = alias
        self.template = template
        self.text = text
    }
}

/// What became of a push of counts.
public struct PushedLogCounts: Codable, Sendable, Hashable {
    /// Events that were counted; none where the push had been taken before.
    public var counted: Int
    /// Events whose window was too long ago.
    public var late: Int
    /// True where this push had been taken before.
    public var repeated: Bool

    public init(counted: Int, late: Int, repeated: Bool) {
        self.counted = counted
        self.late = late
        self.repeated = repeated
    }
}
