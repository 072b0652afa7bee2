/// How often one log template was seen from one instance in one ten-second window.
public struct LogCount: Sendable, Hashable, Codable {
    /// The revision's arm in the release that is being judged.
    public var arm: String
    public var instance: String
    /// Identity of the template: the digest of the skeleton that it was born with.
    public var template: String
    /// The template's text, variables shown as `<*>`.
    public var text: String
    public var severity: LogSeverity
    /// The class of the exception that the lines carry, if any.
    public var exceptionClass: String?
    public var count: Int
    public var windowStart: Timestamp
    /// One of the lines, secrets and personal data masked, where one was kept as evidence.
    public var sample: String?

    public init(
        arm: String, instance: String, template: String, text: String, severity: LogSeverity, exceptionClass: String?, count: Int,
        windowStart: Timestamp, sample: String? = nil
    ) {
        self.arm = arm
        self.instance = instance
        self.template = template
        self.text = text
        self.severity = severity
        self.exceptionClass = exceptionClass
        self.count = count
        self.windowStart = windowStart
        self.sample = sample
    }
}

/// Severity of a log line, after OpenTelemetry's coarse ranges.
public enum LogSeverity: String, Sendable, Hashable, Codable, CaseIterable, Comparable {
    case trace, debug, info, warn, error, fatal

    public static func < (left: Self, right: Self) -> Bool {
        allCases.firstIndex(of: left)! < allCases.firstIndex(of: right)!
    }
}
