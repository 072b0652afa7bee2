internal import Foundation
internal import ReleaseModel
internal import Statistics

/// The templates of two logs, ranked by the evidence that they differ.
///
/// Given how often a template occurs in both together, its occurrences fall on the second log with the share of the events that this log
/// has, where nothing differs. The e-value is the mean of two of the project's rate test (A1, a mixture over rate ratios), one for each
/// direction. A template differs where its e-value reaches the number of templates over alpha (Bonferroni), so that among logs in which
/// nothing differs any is called different in at most alpha. Events that come in bursts are not independent, and count for more than
/// they are worth.
public struct LogDifferences: Sendable {
    public static let standardAlpha = 0.01

    /// ln of the e-value from which on a template differs.
    public let threshold: Double
    /// Most evidence first.
    public let ranked: [LogDifference]

    /// - Parameters:
    ///   - templates: each with its counts in both logs.
    ///   - before, after: events of each log in all.
    ///   - alpha: within 0..<1.
    public init(
        _ templates: [(template: LogTemplate, before: Int, after: Int)], before: Int, after: Int, alpha: Double = standardAlpha
    ) {
        let threshold = log(Double(max(1, templates.count)) / alpha)
        self.threshold = threshold
        ranked = templates.map { one in
            let logE = Self.logE(before: one.before, after: one.after, of: (before, after))
            let change: LogDifference.Change =
                if logE < threshold {
                    .same
                } else if one.before == 0 {
                    .new
                } else if one.after == 0 {
                    .gone
                } else {
                    Double(one.after) * Double(before) > Double(one.before) * Double(after) ? .more : .less
                }
            let ratio = Double(one.after) / Double(max(1, after)) / (Double(one.before) / Double(max(1, before)))
            return LogDifference(
                template: one.template.id, text: one.template.text, severity: one.template.severity,
                exceptionClass: one.template.exceptionClass, before: one.before, after: one.after, ratio: ratio.isFinite ? ratio : nil,
                logE: logE, change: change)
        }.sorted { ($1.logE, $0.template) < ($0.logE, $1.template) }
    }

    private static func logE(before: Int, after: Int, of totals: (before: Int, after: Int)) -> Double {
        guard totals.before > 0, totals.after > 0, let test = RateRatioTest() else { return 0 }
        func evidence(_ events: Int, of exposure: Int, against others: Int, of otherExposure: Int) -> Double {
            let factors = test.logFactors(
                of: RatePoll(
                    canaryEvents: Double(events), canaryExposure: Double(exposure), baselineEvents: Double(others),
                    baselineExposure: Double(otherExposure)))
            let total = test.weights.reduce(0, +)
            return LogSpace.sum(zip(factors, test.weights).map { $0 + log($1 / total) })
        }
        let more = evidence(after, of: totals.after, against: before, of: totals.before)
        let less = evidence(before, of: totals.before, against: after, of: totals.after)
        return LogSpace.sum([more, less]) - log(2)
    }
}
