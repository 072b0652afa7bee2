public import ReleaseModel
internal import Statistics

/// How the canary's log is compared with the stable revision's.
public struct LogComparisonSettings: Sendable, Hashable {
    /// The chance that a healthy release ever reaches an anomaly of `LogVerdict.alarm`.
    public var falseRollback = 0.01
    /// The rate ratio of canary to stable that is tolerated for every template; at least 1.
    public var tolerance = 1.0
    public var alternatives = RateRatioTest.standardAlternatives
    /// Share of the wealth that bets on a fault which begins later.
    public var lateOnset = 0.25
    /// Lines from this severity on are compared, and every line with an exception.
    public var severity = LogSeverity.warn
    /// A burst: at least this many times the recent rate ...
    public var burstFactor = 3.0
    /// ... and at least so many events within ten seconds.
    public var burstCount = 5
    /// The canary has vanished from the logs when it sent none for this long while it served requests.
    public var silence = TimeSpan.seconds(60)
    /// While baking there is no control group: the canary is compared with this many times the upper bound of stable's rate before.
    public var bakeTolerance = 2.0

    public init() {}

    /// Whether lines of a template are looked at as signs of trouble.
    func compares(_ count: LogCount) -> Bool { count.severity >= severity || count.exceptionClass != nil }

    /// Whether a template counts as an error, for bursts and novelty.
    static func isError(_ severity: LogSeverity, exceptionClass: String?) -> Bool { severity >= .error || exceptionClass != nil }

    /// - Precondition: the settings were validated: tolerance >= 1 and every alternative above it.
    var ratioTest: RateRatioTest { RateRatioTest(tolerance: tolerance, alternatives: alternatives)! }

    /// - Precondition: every alternative is above 1.
    var bakeTest: OneSampleTest { OneSampleTest(alternatives: alternatives)! }
}
