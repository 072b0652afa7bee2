internal import Foundation

/// How much better bursts explain the polls so far than independent errors do, without any regression.
///
/// For each coefficient of variation of a grid: ln of P(polls | bursts) / P(polls | none). Both are predictive: the counts of a poll
/// given those of the last `memory` polls, with a base rate that is the same through these and of which nothing else is known
/// (`ScaleFreeLikelihood`). Bursts multiply the rate of each arm in each poll by independent gamma variables of mean 1.
///
/// **Why this keeps the level.** Let Q be what an e-process E against independent errors bets on, so that E <= Q/P(none). Then
/// E * P(none)/P(bursts of CV k) <= Q/P(bursts of CV k) is a likelihood ratio, and so an e-process, against bursts of CV k. The smallest
/// over all k, E * exp(-penalty), is one against each of them, and against none (universal inference: Wasserman, Ramdas, Balakrishnan 2020).
/// Exact where the base rate is drawn from the density 1/rate and constant within the memory; a drift of some percent a poll and rates that are
/// fixed are covered by measurement (`make bench-detection`).
///
/// Polls of the baseline alone count too. Those before a release show at once whether the service has bursts; without them the
/// comparison is as sound, and slower, since for a while a regression may be a burst.
public struct BurstExplanation: Sendable, Hashable, Codable {
    /// Coefficients of variation that are tried.
    public static let coefficients: [Double] = [0.1, 0.2, 0.35, 0.5, 0.7, 1, 1.4]
    /// Polls within which the base rate is taken as constant, this one included.
    public static let memory = 12
    /// Polls of the baseline before a release that are worth having.
    public static let history = 20

    /// The last polls, oldest first; coded as lists of canary events and exposure, baseline events and exposure.
    private var recent: [[Double]] = []
    /// ln P(polls | bursts)/P(polls | none), one for each coefficient.
    public private(set) var logRatios = Array(repeating: 0.0, count: coefficients.count)

    public init() {}

    /// By how much ln of an e-value has to be lowered: 0 where no bursts explain the polls better than none.
    public var penalty: Double { max(0, logRatios.max() ?? 0) }

    /// The coefficient that explains the polls best; 0 where none does better than independent errors.
    public var bestCoefficient: Double {
        guard penalty > 0, let best = logRatios.indices.max(by: { logRatios[$0] < logRatios[$1] }) else { return 0 }
        return Self.coefficients[best]
    }

    /// Takes one poll; without canary exposure its baseline alone. Counts are rounded; what is not a count changes nothing.
    public mutating func observe(_ poll: RatePoll, tolerance: Double = 1) {
        guard let cells = Self.cells(poll, tolerance) else { return }
        logRatios = Outlook(self).logRatios(after: cells)
        recent.append(cells)
        if recent.count >= Self.memory { recent.removeFirst() }
    }

    /// The regressions that are bet on beside bursts.
    public static let bets: [Bet] = [
        Bet(ratio: 1.6, weight: 3), Bet(ratio: 2.5, weight: 3), Bet(ratio: 5, weight: 3), Bet(ratio: 12, weight: 3),
        Bet(ratio: 40, weight: 1), Bet(ratio: 300, weight: 1), Bet(ratio: 30, weight: 0.5, since: 0),
        Bet(ratio: 300, weight: 0.5, since: 0), Bet(ratio: 30, weight: 0.5, since: 2), Bet(ratio: 300, weight: 0.5, since: 2),
    ]
    static let weights = bets.map(\.weight)

    /// One regression that is bet on: the canary's rate over the baseline's, and its part of the wealth.
    public struct Bet: Sendable {
        public let ratio: Double
        let weight: Double
        /// For how many polls before this one the canary has been as bad; nil: always. A fault that begins late is found by these: to the
        /// others the canary's good past speaks against it.
        let since: Int?

        init(ratio: Double, weight: Double, since: Int? = nil) {
            self.ratio = ratio
            self.weight = weight
            self.since = since
        }
    }

    /// The bursts that bets are made with while none explain the polls better than independent errors: the strongest up to this that the polls
    /// do not speak against.
    private static let cautious = 0.5
    private static let refuted = -1.0

    /// ln P(poll | regression and bursts)/P(poll | neither), given the polls so far, one for each of `bets`, with the bursts that explain
    /// the polls so far best; nil for what is no count. A poll of the baseline alone has the same for each of them.
    ///
    /// Bets on a regression that began some polls ago have the canary's counts from before at ratio 1. What the factors multiply up to is, like A1,
    /// a ratio whose numerator is a distribution, and so lowered by `penalty` an e-process against bursts too. It finds what bursts hide from A1,
    /// whose numerator knows independent errors only, and it knows the rate of the last polls: where stable had no error at all, one poll may be
    /// enough.
    func logFactors(ofRegressionsIn poll: RatePoll, tolerance: Double) -> [Double]? {
        guard let cells = Self.cells(poll, tolerance) else { return nil }
        let isBaselineAlone = cells[1] == 0
        if isBaselineAlone, penalty == 0 { return Self.bets.map { _ in 0 } }
        func likelihoods(_ ratio: Double, since: Int? = nil) -> (past: ScaleFreeLikelihood, next: ScaleFreeLikelihood) {
            let first = max(0, recent.count - (since ?? recent.count))
            var past = ScaleFreeLikelihood()
            for (index, cells) in recent.enumerated() { past.add(cells, ratio: index < first ? 1 : ratio) }
            var next = past
            next.add(cells, ratio: ratio)
            return (past, next)
        }
        let independent = likelihoods(1)
        let poisson = independent.next.poisson - independent.past.poisson
        let coefficient = betCoefficient
        let shape = 1 / (coefficient * coefficient)
        let terms = Self.terms(cells, shape)
        func factor(_ likelihoods: (past: ScaleFreeLikelihood, next: ScaleFreeLikelihood)) -> Double {
            likelihoods.next.gammaPoisson(shape: shape) - likelihoods.past.gammaPoisson(shape: shape) + terms - poisson
        }
        if isBaselineAlone {
            let factor = factor(independent)
            return Self.bets.map { _ in factor }
        }
        return Self.bets.map { factor(likelihoods($0.ratio, since: $0.since)) }
    }

    private var betCoefficient: Double {
        if penalty > 0 { return bestCoefficient }
        let open = zip(Self.coefficients, logRatios).filter { $0.0 <= Self.cautious && $0.1 > Self.refuted }
        return open.last?.0 ?? Self.coefficients[0]
    }

    /// The part of the gamma-Poisson likelihood that does not depend on the rate.
    private static func terms(_ cells: [Double], _ shape: Double) -> Double {
        [(cells[0], cells[1]), (cells[2], cells[3])].filter { $0.1 > 0 && $0.0 > 0 }.reduce(0) {
            $0 + LogSpace.lnGamma($1.0 + shape) - LogSpace.lnGamma(shape)
        }
    }

    private static func cells(_ poll: RatePoll, _ tolerance: Double) -> [Double]? {
        let cells = [
            poll.canaryEvents.rounded(), poll.canaryExposure * tolerance, poll.baselineEvents.rounded(), poll.baselineExposure,
        ]
        guard cells.allSatisfy({ $0.isFinite && $0 >= 0 }), cells[1] > 0 || cells[3] > 0 else { return nil }
        return cells
    }

    /// What the next poll would change, for several ways in which it may turn out.
    struct Outlook {
        private let explanation: BurstExplanation
        private let past: ScaleFreeLikelihood
        private let pastPoisson: Double
        private let pastBursts: [Double]

        init(_ explanation: BurstExplanation) {
            self.explanation = explanation
            var past = ScaleFreeLikelihood()
            for cells in explanation.recent { past.add(cells) }
            self.past = past
            pastPoisson = past.poisson
            pastBursts = BurstExplanation.shapes.map { past.gammaPoisson(shape: $0) }
        }

        func penalty(after poll: RatePoll, tolerance: Double) -> Double {
            guard let cells = BurstExplanation.cells(poll, tolerance) else { return explanation.penalty }
            return max(0, logRatios(after: cells).max() ?? 0)
        }

        fileprivate func logRatios(after cells: [Double]) -> [Double] {
            var likelihood = past
            likelihood.add(cells)
            let poisson = likelihood.poisson - pastPoisson
            return BurstExplanation.shapes.enumerated().map { index, shape in
                let bursts = likelihood.gammaPoisson(shape: shape) - pastBursts[index] + BurstExplanation.terms(cells, shape)
                let sum = explanation.logRatios[index] + bursts - poisson
                return sum.isFinite ? max(sum, BurstExplanation.floor) : explanation.logRatios[index]
            }
        }
    }

    private static let shapes = coefficients.map { 1 / ($0 * $0) }
    private static let floor = -100_000.0
}

extension ScaleFreeLikelihood {
    fileprivate mutating func add(_ cells: [Double], ratio: Double = 1) {
        add(events: cells[0], exposure: cells[1] * ratio)
        add(events: cells[2], exposure: cells[3])
    }
}
