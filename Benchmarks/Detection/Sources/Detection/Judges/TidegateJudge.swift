import Foundation
import Statistics

/// Tidegate's comparison of errors, as the HealthScore plugin runs it. The figure is ln E.
public struct TidegateJudge: Judge {
    public let threshold: Double
    private let test: BurstAwareTest
    private var comparison: BurstAwareComparison

    /// - Precondition: a valid test.
    public init(
        alpha: Double, method: RateRatioTest.Method = .conditionalBinomial, lateShare: Double = 0, bursts: BurstPolicy = .absent
    ) {
        guard let rate = RateRatioTest(method: method), let test = BurstAwareTest(rate, lateShare: lateShare, bursts: bursts) else {
            preconditionFailure("the standard test is valid")
        }
        self.test = test
        threshold = log(1 / alpha)
        comparison = BurstAwareComparison(test)
    }

    public mutating func suspicion(_ counts: PollCounts) -> Double {
        let slice = (events: counts.sliceErrors, exposure: counts.poll.canaryExposure)
        comparison.observe(counts.poll, slice: slice, test)
        return comparison.logE(test)
    }

    /// Errors compared as statistics.md has them: A1 and A1x alone, A4 alone, and A1 with A4 beside it and a share on late onset.
    public static func kinds(alpha: Double) -> [JudgeKind] {
        [
            JudgeKind("Tidegate A1") { TidegateJudge(alpha: alpha) },
            JudgeKind("Tidegate A1x") { TidegateJudge(alpha: alpha, method: .noncentralHypergeometric) },
            JudgeKind("Tidegate A1+A4, late onset") { TidegateJudge(alpha: alpha, lateShare: 0.25, bursts: .measured) },
            JudgeKind("Tidegate A4, matched slice") { TidegateJudge(alpha: alpha, bursts: .expected) },
        ]
    }
}
