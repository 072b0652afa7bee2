import Foundation
import Statistics

/// Tidegate's comparison of errors, as the HealthScore plugin runs it. The figure is ln E.
public struct TidegateJudge: Judge {
    public let threshold: Double
    private let test: BurstAwareTest
    private let readsHistory: Bool
    private var comparison: BurstAwareComparison

    /// - Precondition: a valid test.
    public init(
        alpha: Double, method: RateRatioTest.Method = .conditionalBinomial, lateShare: Double = 0, bursts: BurstPolicy = .absent,
        isBoosted: Bool = false, readsHistory: Bool = false
    ) {
        guard let rate = RateRatioTest(method: method),
            let test = BurstAwareTest(rate, lateShare: lateShare, bursts: bursts, alpha: isBoosted ? alpha : nil)
        else { preconditionFailure("the standard test is valid") }
        self.test = test
        self.readsHistory = readsHistory
        threshold = log(1 / alpha)
        comparison = BurstAwareComparison(test)
    }

    /// The share that bets on a late onset by default.
    public static let standardLateShare = 0.1

    /// What `HealthScore` runs where a policy says nothing else.
    public static func standard(alpha: Double, readsHistory: Bool = true) -> TidegateJudge {
        TidegateJudge(
            alpha: alpha, lateShare: standardLateShare, bursts: .measured, isBoosted: true, readsHistory: readsHistory)
    }

    public mutating func prepare(_ history: [PollCounts]) {
        guard readsHistory else { return }
        for counts in history {
            comparison.observe(baselineEvents: counts.poll.baselineEvents, exposure: counts.poll.baselineExposure, test)
        }
    }

    public mutating func suspicion(_ counts: PollCounts) -> Double {
        let slice = (events: counts.sliceErrors, exposure: counts.poll.canaryExposure)
        comparison.observe(counts.poll, slice: slice, test)
        return comparison.logE(test)
    }

    /// Index of `bursts: absent` among `kinds`.
    static let withoutGuard = 1

    /// The default where nothing is known of the time before the release, and A1x alone: looked at less often.
    static func others(alpha: Double) -> [JudgeKind] {
        [
            JudgeKind("Tidegate, no history") { TidegateJudge.standard(alpha: alpha, readsHistory: false) },
            JudgeKind("Tidegate A1x") { TidegateJudge(alpha: alpha, method: .noncentralHypergeometric) },
        ]
    }

    /// Errors compared by default, and by each test of statistics.md alone.
    public static func kinds(alpha: Double) -> [JudgeKind] {
        [
            JudgeKind("Tidegate, default") { TidegateJudge.standard(alpha: alpha) },
            JudgeKind("Tidegate A1 (bursts: absent)") { TidegateJudge(alpha: alpha, isBoosted: true) },
            JudgeKind("Tidegate A4 (bursts: expected)") { TidegateJudge(alpha: alpha, bursts: .expected) },
        ]
    }
}
