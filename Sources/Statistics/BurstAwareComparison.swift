/// The state of a `BurstAwareTest`: two e-processes on one clock, and the burst coefficients of the baseline.
///
/// E = 0.9 A1 + 0.1 A4 while no bursts are measured, and 0.1 A4 once they are. A weighted mean of e-processes is one, and leaving a part out
/// only lowers it, so without bursts the level is kept exactly. With bursts A4's part keeps it, and A1's part can only alarm before
/// the baseline has shown its bursts; where that is too much, the policy says that bursts are expected.
public struct BurstAwareComparison: Sendable, Hashable, Codable {
    public private(set) var conditional: EProcess
    public private(set) var robust: EProcess
    /// Of the whole baseline.
    public private(set) var burst = BurstCoefficient()
    /// Of a slice of the baseline with about the canary's exposure: bursts of single instances average out over many.
    public private(set) var sliceBurst = BurstCoefficient()
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

    /// Takes one poll, and the part of the baseline that has about the canary's exposure where such a part is known.
    public mutating func observe(_ poll: RatePoll, slice: (events: Double, exposure: Double)? = nil, _ test: BurstAwareTest) {
        burst.observe(events: poll.baselineEvents, exposure: poll.baselineExposure)
        if let slice { sliceBurst.observe(events: slice.events, exposure: slice.exposure) }
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

    /// The larger of both coefficients, the one that speaks for bursts where only one does; nil until one is known.
    public var burstCoefficient: Double? {
        if burst.isBursty != sliceBurst.isBursty { return burst.isBursty ? burst.value : sliceBurst.value }
        return [burst.value, sliceBurst.value].compactMap { $0 }.max()
    }

    public var isBursty: Bool { burst.isBursty || sliceBurst.isBursty }

    /// Whether A1's part of the wealth counts now.
    public func countsConditional(_ test: BurstAwareTest) -> Bool {
        switch test.bursts {
        case .measured: !isBursty
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
