/// The state of a `BurstAwareTest`: two e-processes on one clock, and the burst coefficient of the baseline.
///
/// E = 0.9 A1 + 0.1 A4 while no bursts are measured, and 0.1 A4 once they are. A weighted mean of e-processes is one, and leaving a part out
/// only lowers it, so without bursts the level is kept exactly. With bursts A4's part keeps it, and A1's part can only alarm before
/// the baseline has shown its bursts; where that is too much, the policy says that bursts are expected.
public struct BurstAwareComparison: Sendable, Hashable, Codable {
    public private(set) var conditional: EProcess
    public private(set) var robust: EProcess
    public private(set) var burst = BurstCoefficient()
    /// The highest ln E so far: what was once proven stays proven.
    public private(set) var peakLogE = 0.0

    public init(_ test: BurstAwareTest) {
        conditional = EProcess(alternatives: test.rate.alternatives.count)
        robust = EProcess(alternatives: test.robust.stakes.count)
    }

    /// Whether this state belongs to such a test: as many alternatives and stakes.
    public func fits(_ test: BurstAwareTest) -> Bool {
        conditional.logWealth.count == test.rate.alternatives.count && robust.logWealth.count == test.robust.stakes.count
    }

    /// Takes one poll. `slice` is the part of the baseline whose bursts are measured: one with about the canary's exposure, since bursts
    /// of single instances average out over many; the whole baseline by default.
    public mutating func observe(_ poll: RatePoll, slice: (events: Double, exposure: Double)? = nil, _ test: BurstAwareTest) {
        let part = slice ?? (poll.baselineEvents, poll.baselineExposure)
        burst.observe(events: part.events, exposure: part.exposure)
        if test.bursts != .expected {
            conditional.observe(logFactors: test.rate.logFactors(of: poll), weights: test.rate.weights, lateShare: test.lateShare)
        }
        if test.bursts != .absent {
            robust.observe(logFactors: test.robust.logFactors(of: poll), weights: test.robust.weights, lateShare: test.lateShare)
        }
        peakLogE = max(peakLogE, logE(test))
    }

    /// Takes factors of another test in A1's place, where there is no baseline to compare with; they have all the say.
    public mutating func observe(logFactors: [Double], _ test: BurstAwareTest) {
        conditional.observe(logFactors: logFactors, weights: test.rate.weights, lateShare: test.lateShare)
        peakLogE = max(peakLogE, logE(test))
    }

    /// Whether A1's part of the wealth counts now.
    public func countsConditional(_ test: BurstAwareTest) -> Bool {
        switch test.bursts {
        case .measured: !burst.isBursty
        case .expected: false
        case .absent: true
        }
    }

    /// ln of the e-value now.
    public func logE(_ test: BurstAwareTest) -> Double {
        let plain = conditional.logE(weights: test.rate.weights, lateShare: test.lateShare)
        let careful = robust.logE(weights: test.robust.weights, lateShare: test.lateShare)
        switch test.bursts {
        case .expected: return careful
        case .absent: return plain
        case .measured:
            let share = BurstAwareTest.robustShare
            return LogSpace.mean([countsConditional(test) ? plain : -.infinity, careful], weights: [1 - share, share])
        }
    }
}
