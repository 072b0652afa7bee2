internal import Foundation

/// Polls of two arms, judged one after the other as they would have been live.
public struct ErrorAnalysis: Sendable, Hashable, Encodable {
    /// What was known after one poll.
    public struct Poll: Sendable, Hashable, Encodable {
        /// ln of the e-value of all polls up to this one.
        public var logE: Double
    }

    public let polls: [Poll]
    public let verdict: AnalysisVerdict
    public let method: AnalysisMethod
    /// ln(1/alpha): once `logE` has reached it the canary is degraded.
    public let threshold: Double
    public let peakLogE: Double
    /// Number of the first poll that reached the threshold, from 1 on.
    public let alarmPoll: Int?
    public let canary: RateTotal
    public let baseline: RateTotal
    /// The coefficient of variation of the baseline's rate from poll to poll, beyond counting; from 0.5 on A1 is deceived and A4 is the test.
    public let burstCoefficient: Double?
    public let isBursty: Bool

    /// nil where the settings make no test.
    public init?(_ polls: [RatePoll], method: AnalysisMethod = .a1, _ settings: AnalysisSettings = AnalysisSettings()) {
        guard let test = Self.test(method, settings) else { return nil }
        var process = EProcess(alternatives: test.weights.count)
        var burst = BurstCoefficient()
        var (canary, baseline) = (RateTotal(), RateTotal())
        var results: [Poll] = []
        var alarm: Int?
        for poll in polls {
            process.observe(logFactors: test.factors(poll), weights: test.weights, lateShare: settings.lateShare)
            burst.observe(events: poll.baselineEvents, exposure: poll.baselineExposure)
            canary.add(poll.canaryEvents, of: poll.canaryExposure)
            baseline.add(poll.baselineEvents, of: poll.baselineExposure)
            results.append(Poll(logE: process.logE(weights: test.weights, lateShare: settings.lateShare)))
            if alarm == nil, process.peakLogE >= log(1 / settings.alpha) { alarm = results.count }
        }
        self.polls = results
        self.method = method
        threshold = log(1 / settings.alpha)
        peakLogE = process.peakLogE
        alarmPoll = alarm
        self.canary = canary
        self.baseline = baseline
        burstCoefficient = burst.value
        isBursty = burst.isBursty
        if alarm != nil {
            verdict = .degraded
        } else if canary.requests == 0 || baseline.requests == 0 {
            verdict = .noData
        } else {
            verdict = Self.findsDoubling(polls, method, canary, baseline, settings) ? .healthy : .inconclusive
        }
    }

    private static func test(
        _ method: AnalysisMethod, _ settings: AnalysisSettings
    ) -> (weights: [Double], factors: (RatePoll) -> [Double])? {
        // The settings are checked for all methods alike.
        guard let a1 = settings.rateTest(.conditionalBinomial), let a1x = settings.rateTest(.noncentralHypergeometric),
            let a4 = BurstRobustTest(tolerance: settings.tolerance)
        else { return nil }
        switch method {
        case .a1: return (a1.weights, a1.logFactors)
        case .a1x: return (a1x.weights, a1x.logFactors)
        case .a4: return (a4.weights, a4.logFactors)
        }
    }

    /// Whether the method would have found a doubling of the baseline's rate in these polls, in the mean. A4 gains a bounded amount a poll, however
    /// many requests it has, so that it needs polls and not only requests.
    private static func findsDoubling(
        _ polls: [RatePoll], _ method: AnalysisMethod, _ canary: RateTotal, _ baseline: RateTotal, _ settings: AnalysisSettings
    ) -> Bool {
        // A baseline without errors may have as many as its upper bound allows.
        let events = baseline.events > 0 ? baseline.events : RateBounds.upper(events: 0, alpha: settings.alpha)
        let rate = events / baseline.requests
        guard method == .a4, let test = BurstRobustTest(tolerance: settings.tolerance) else {
            return settings.findsDoubling(of: rate, canary: canary.requests, baseline: baseline.requests)
        }
        var growth = test.stakes.map { _ in 0.0 }
        for poll in polls {
            for (stake, more) in test.leastMeanLogFactors(of: poll, rate: rate, ratio: 2).enumerated() { growth[stake] += more }
        }
        return LogSpace.mean(growth, weights: test.weights) + log1p(-settings.lateShare) >= log(1 / settings.alpha)
    }
}

/// Events out of requests.
public struct RateTotal: Sendable, Hashable, Encodable {
    public private(set) var events = 0.0
    public private(set) var requests = 0.0

    public init() {}

    mutating func add(_ events: Double, of requests: Double) {
        self.events += events
        self.requests += requests
    }
}
