internal import Foundation
public import ReleaseModel
internal import Statistics

/// What a `LogComparison` says at the end of a poll.
public struct LogVerdict: Sendable, Hashable {
    /// The anomaly at which the evidence is as strong as the accepted chance of a false rollback asks.
    public static let alarm = 0.85

    /// min(1, 0.85 ln E / ln(1/falseRollback)), never negative; nil with `unknown` set.
    public var anomaly: Double?
    /// Error templates that burst now, and those that stable never wrote; nil with `unknown` set.
    public var bursts: [LogVerdictTemplate]
    public var newErrors: [LogVerdictTemplate]
    /// The templates that weigh most, strongest first.
    public var strongest: [LogVerdictTemplate]
    public var logE: Double
    /// Why nothing can be said about the canary's log at all.
    public var silent: String?
    /// Why nothing can be said about the anomaly though there are lines.
    public var incomparable: String?
    public var canaryEvents: Int
    public var stableEvents: Int
    public var comparedPolls: Int
    /// Nil with `unknown` set, and in state from before it was kept.
    public var novelty: LogNovelty?
}

/// One template with what both arms wrote of it.
public struct LogVerdictTemplate: Sendable, Hashable {
    public var template: String
    public var text: String
    public var severity: LogSeverity
    public var exceptionClass: String?
    public var canary: Int
    public var stable: Int
    public var logE: Double
    /// Guilty at the accepted chance of a false rollback, over all templates and all looks.
    public var guilty: Bool
    /// A masked line, where one is kept.
    public var line: String?
}

/// The canary's rate of new error templates against the stable revision's own.
public struct LogNovelty: Sendable, Hashable {
    /// On the scale of the anomaly; it never weighs in it.
    public var anomaly: Double
    public var logE: Double
    /// Templates that were first seen on one arm alone.
    public var canary: Int
    public var stable: Int
    /// Those of the canary that stable's rate lets expect.
    public var expected: Double?
}

extension LogComparison {
    static let strongestTemplates = 5

    /// What follows from everything observed so far, looked at at the end of a poll.
    public func verdict(at now: Timestamp, settings: LogComparisonSettings) -> LogVerdict {
        let weights = settings.ratioTest.weights
        let guilty = Set(zip(templates, guilt(settings)).filter(\.1).map(\.0.id))
        func shown(_ template: TrackedTemplate) -> LogVerdictTemplate {
            LogVerdictTemplate(
                template: template.id, text: template.text, severity: template.severity, exceptionClass: template.exceptionClass,
                canary: template.canary, stable: template.stable,
                logE: template.process.logE(weights: weights, lateShare: settings.lateOnset), guilty: guilty.contains(template.id),
                line: template.line)
        }
        let logE = logE(settings)
        let silent = silence(at: now, settings)
        let incomparable = silent == nil ? incomparability : nil
        let strongest = templates.map(shown).enumerated()
            .sorted { ($1.element.logE, $0.offset) < ($0.element.logE, $1.offset) }
            .prefix(Self.strongestTemplates).map(\.element)
        return LogVerdict(
            anomaly: silent == nil && incomparable == nil
                ? Self.anomaly(logE: logE, settings) : nil,
            bursts: bursts(settings).map(shown), newErrors: newErrors.map(shown), strongest: strongest, logE: logE, silent: silent,
            incomparable: incomparable, canaryEvents: commonCanary, stableEvents: commonStable, comparedPolls: comparedPolls,
            novelty: silent == nil && incomparable == nil ? noveltyVerdict(settings) : nil)
    }

    private func noveltyVerdict(_ settings: LogComparisonSettings) -> LogNovelty? {
        novelty.map {
            let logE = $0.logE(settings)
            return LogNovelty(
                anomaly: Self.anomaly(logE: logE, settings), logE: logE, canary: $0.canary, stable: $0.stable, expected: $0.expected)
        }
    }

    /// Rounding alone is no evidence: below 1e-9 the anomaly is 0.
    private static func anomaly(logE: Double, _ settings: LogComparisonSettings) -> Double {
        let anomaly = LogVerdict.alarm * logE / log(1 / settings.falseRollback)
        return anomaly < 1e-9 ? 0 : min(1, anomaly)
    }

    /// A canary that was never heard, or that has fallen silent while it serves, is not one without errors.
    private func silence(at now: Timestamp, _ settings: LogComparisonSettings) -> String? {
        guard canarySeen != nil else { return "no log lines of the canary have come" }
        guard let silentSince, now - silentSince > settings.silence else { return nil }
        return "no log lines of the canary since \(silentSince), while it served requests"
    }

    private var incomparability: String? {
        guard comparedPolls == 0 else { return nil }
        if stableSeen == nil && canaryQuietSeen { return "no log lines of the stable revision have come" }
        return "no poll had log lines and requests of both revisions"
    }
}
