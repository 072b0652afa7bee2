internal import Foundation

/// The wealth of a test that bets on several alternatives: an e-process, to be looked at as often as one likes.
///
/// It starts at 1 and under H0 has expectation at most 1 at every stopping time; by Ville's inequality the chance that it ever
/// reaches 1/alpha is at most alpha. `peakLogE` keeps the highest value, so that what was once proven stays proven.
///
/// With a late-onset share the wealth is split: one part bets on a fault from the first poll on, the other on a fault that begins at
/// poll j with weight 1/(j(j+1)) (statistics.md; the mixture over change points after Lorden's and Shiryaev's e-detectors).
public struct EProcess: Sendable, Hashable, Codable {
    /// ln of the wealth of each alternative since the first poll.
    public private(set) var logWealth: [Double]
    /// The late-onset mixture of each alternative.
    public private(set) var late: [LateOnset]
    public private(set) var peakLogE: Double
    /// Polls that brought anything to compare.
    public private(set) var polls: Int

    public init(alternatives: Int) {
        logWealth = Array(repeating: 0, count: alternatives)
        late = Array(repeating: LateOnset(), count: alternatives)
        peakLogE = 0
        polls = 0
    }

    /// Takes one poll: ln of each alternative's factor.
    ///
    /// - Precondition: as many factors as alternatives; weights and share as at every other poll of this process.
    public mutating func observe(logFactors: [Double], weights: [Double], lateShare: Double = 0) {
        precondition(logFactors.count == logWealth.count, "one factor for each alternative")
        guard logFactors.allSatisfy(\.isFinite) else { return }
        polls += 1
        for index in logFactors.indices {
            logWealth[index] = max(logWealth[index] + logFactors[index], Self.floor)
            if lateShare > 0 { late[index].observe(logFactor: logFactors[index], poll: polls) }
        }
        peakLogE = max(peakLogE, logE(weights: weights, lateShare: lateShare))
    }

    /// ln of the e-value now.
    public func logE(weights: [Double], lateShare: Double = 0) -> Double {
        let plain = LogSpace.mean(logWealth, weights: weights)
        guard lateShare > 0 else { return plain }
        let mixture = LogSpace.mean(late.map(\.logE), weights: weights)
        return LogSpace.mean([plain, mixture], weights: [1 - lateShare, lateShare])
    }

    /// ln of the e-value that one more poll with these factors would give.
    ///
    /// - Precondition: as many factors as alternatives.
    func logE(after logFactors: [Double], weights: [Double], lateShare: Double) -> Double {
        precondition(logFactors.count == logWealth.count, "one factor for each alternative")
        let plain = LogSpace.mean(zip(logWealth, logFactors).map { $0 + $1 }, weights: weights)
        guard lateShare > 0 else { return plain }
        let mixture = LogSpace.mean(zip(late, logFactors).map { $0.logE(after: $1) }, weights: weights)
        return LogSpace.mean([plain, mixture], weights: [1 - lateShare, lateShare])
    }

    /// Wealth below exp(-100000) is as good as none; the bound keeps sums finite and the coded state short.
    private static let floor = -100_000.0
}

/// Late onset of one alternative: w_j = 1/(j(j+1)); A_T = (A_{T-1} + w_T) e_T; E_T = A_T + 1 - sum of w_j up to T.
public struct LateOnset: Sendable, Hashable, Codable {
    /// ln A_T; -infinity is coded as the floor.
    public private(set) var logA: Double
    public private(set) var poll: Int

    private static let floor = -100_000.0

    public init() {
        logA = Self.floor
        poll = 0
    }

    /// - Precondition: polls are numbered from 1 without gaps.
    public mutating func observe(logFactor: Double, poll: Int) {
        precondition(poll == self.poll + 1, "polls are numbered without gaps")
        self.poll = poll
        let j = Double(poll)
        logA = max(LogSpace.sum(logA, -log(j * (j + 1))) + logFactor, Self.floor)
    }

    /// ln E_T. What is not yet bet is 1 - T/(T+1).
    public var logE: Double { LogSpace.sum(logA, -log(Double(poll) + 1)) }

    /// ln E after one more poll.
    func logE(after logFactor: Double) -> Double {
        var next = self
        next.observe(logFactor: logFactor, poll: poll + 1)
        return next.logE
    }
}
