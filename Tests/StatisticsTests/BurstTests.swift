import Foundation
@testable import Statistics
import Testing

@Suite struct BurstTests {
    private static let rate = RateRatioTest()!

    private func poll(_ n: Double, _ c: Double, _ m: Double, _ b: Double) -> RatePoll {
        RatePoll(canaryEvents: c, canaryExposure: n, baselineEvents: b, baselineExposure: m)
    }

    private func logE(_ polls: [RatePoll], tolerance: Double = 1) throws -> Double {
        let test = try #require(BurstRobustTest(tolerance: tolerance))
        var process = EProcess(alternatives: test.stakes.count)
        for poll in polls { process.observe(logFactors: test.logFactors(of: poll), weights: test.weights) }
        return process.logE(weights: test.weights)
    }

    @Test func a4OfEqualArmsIsTheMeanOfProducts() throws {
        // y = 1/3, 1/2, 0 (nothing happened), -1; computed apart from the code by the formula of statistics.md.
        let polls = [poll(100, 2, 100, 1), poll(100, 3, 100, 1), poll(100, 0, 100, 0), poll(100, 0, 100, 5)]
        let stakes: [Double] = [0.1, 0.2, 0.4, 0.6, 0.9]
        var sum = 0.0
        for stake in stakes { sum += (1 + stake / 3) * (1 + stake / 2) * (1 - stake) }
        #expect(try abs(logE(polls) - log(sum / 5)) < 1e-9)
        #expect(try abs(logE([poll(50, 4, 50, 0)]) - log(1.44)) < 1e-9)
        #expect(try logE([poll(50, 0, 50, 0)]) == 0)
    }

    @Test func aLargerArmIsAveragedOverItsSlices() throws {
        let test = try #require(BurstRobustTest())
        // One error among four requests is in a slice of two with chance 1/2: y is 0 or 1.
        func lean(_ n: Double, _ c: Double, _ m: Double, _ b: Double) throws -> Double { try #require(test.lean(of: poll(n, c, m, b))) }
        #expect(try abs(lean(2, 1, 4, 1) - 0.5) < 1e-12)
        // Two of six in a slice of three: none 1/5, one 3/5, two 1/5; c = 1 gives 1, 0, -1/3.
        #expect(try abs(lean(3, 1, 6, 2) - (1.0 / 5 - 1.0 / 15)) < 1e-12)
        // The same with the arms changed over has the other sign.
        #expect(try abs(lean(6, 2, 3, 1) + (1.0 / 5 - 1.0 / 15)) < 1e-12)
        // A tolerance of two matches a slice of twice the exposure.
        let tolerant = try #require(BurstRobustTest(tolerance: 2))
        #expect(tolerant.lean(of: poll(100, 4, 200, 4)) == 0)
        let tolerated = try #require(tolerant.lean(of: poll(100, 4, 900, 9)))
        #expect(tolerated > 0.3 && tolerated < 0.5)
    }

    @Test func hugeCountsAreSummedWithinBounds() throws {
        let test = try #require(BurstRobustTest())
        let lean = try #require(test.lean(of: poll(100_000, 2000, 900_000, 9000)))
        #expect(abs(lean - 1.0 / 3) < 1e-3)
    }

    @Test(arguments: [
        (0.0, 0.0, 100.0, 3.0), (100, 3, 0, 0), (100, .nan, 100, 0), (100, 1, .infinity, 0), (10, 1, 20, 30), (100, -1, 100, 0),
    ])
    func whatCannotBeComparedChangesNothing(n: Double, c: Double, m: Double, b: Double) throws {
        let test = try #require(BurstRobustTest())
        #expect(test.logFactors(of: poll(n, c, m, b)).allSatisfy { $0 == 0 })
    }

    @Test func senselessTestsAreRefused() throws {
        #expect(BurstRobustTest(tolerance: 0) == nil)
        #expect(BurstRobustTest(stakes: []) == nil)
        #expect(BurstRobustTest(stakes: [0.5, 1]) == nil)
        #expect(BurstRobustTest(stakes: [-0.5]) == nil)
        #expect(BurstAwareTest(Self.rate, lateShare: 1) == nil)
    }

    /// Events of a poll with a rate that is multiplied by a gamma variable of mean 1.
    private func bursty(_ n: Int, _ rate: Double, _ cv: Double, _ generator: inout SeededGenerator) -> Double {
        // For CV 1 the gamma distribution is the exponential one.
        let factor = cv == 0 ? 1 : 1 - cv + cv * -log(1 - generator.unit())
        return Double(generator.binomial(n, min(0.5, rate * factor)))
    }

    @Test(arguments: [0.0, 1.0]) func theCoefficientIsMeasuredThroughADrift(cv: Double) throws {
        var generator = SeededGenerator(seed: 31)
        var burst = BurstCoefficient()
        #expect(burst.value == nil)
        for poll in 0..<400 {
            let rate = 0.01 * (1 + 0.8 * sin(Double(poll) / 30))
            burst.observe(events: bursty(900, rate, cv, &generator), exposure: 900)
        }
        let value = try #require(burst.value)
        #expect(abs(value - cv) < 0.2, "\(value)")
        #expect(burst.isBursty == (cv == 1))
        #expect(burst.pairs == 399)
    }

    @Test func aStepIsNoBurst() {
        var burst = BurstCoefficient()
        for poll in 0..<40 { burst.observe(events: (poll < 20 ? 9 : 45) + Double(poll * 7 % 5), exposure: 900) }
        #expect(!burst.isBursty)
        // A stage with ten times the traffic is none either.
        var grown = BurstCoefficient()
        for poll in 0..<40 { grown.observe(events: (poll < 20 ? 9 : 90) + Double(poll * 7 % 5), exposure: poll < 20 ? 900 : 9000) }
        #expect(!grown.isBursty)
    }

    @Test(arguments: [BurstPolicy.measured, .expected]) func burstsDoNotAccuse(policy: BurstPolicy) throws {
        let alpha = 0.05
        let test = try #require(BurstAwareTest(Self.rate, lateShare: 0.1, bursts: policy, alpha: alpha))
        var generator = SeededGenerator(seed: 8)
        let runs = 60
        var (alarms, deceived) = (0, 0)
        for _ in 0..<runs {
            var comparison = BurstAwareComparison(test)
            for _ in 0..<40 {
                comparison.observe(
                    poll(100, bursty(100, 0.01, 1, &generator), 900, bursty(900, 0.01, 1, &generator)), test)
            }
            alarms += comparison.peakLogE >= log(1 / alpha) ? 1 : 0
            deceived += comparison.conditional.peakLogE >= log(1 / alpha) ? 1 : 0
        }
        #expect(Double(alarms) / Double(runs) <= alpha, "\(alarms)")
        if policy == .measured { #expect(Double(deceived) / Double(runs) > 2 * alpha, "\(deceived)") }
    }

    /// Polls until an alarm at 0.01, canary 1%, baseline 0.2%.
    private func polls(_ bursts: BurstPolicy, history: Int = 0, boosted: Bool = true) throws -> Double {
        let test = try #require(BurstAwareTest(Self.rate, bursts: bursts, alpha: boosted ? 0.01 : nil))
        var generator = SeededGenerator(seed: 3)
        var total = 0
        for _ in 0..<25 {
            var comparison = BurstAwareComparison(test)
            for _ in 0..<history {
                comparison.observe(baselineEvents: Double(generator.binomial(900, 0.002)), exposure: 900, test)
            }
            for _ in 0..<200 where comparison.peakLogE < log(100) {
                total += 1
                comparison.observe(
                    poll(100, Double(generator.binomial(100, 0.01)), 900, Double(generator.binomial(900, 0.002))), test)
            }
        }
        return Double(total) / 25
    }

    @Test func whatCameBeforeMakesTheGuardCheap() throws {
        let (alone, guarded, informed) = try (polls(.absent), polls(.measured), polls(.measured, history: BurstExplanation.history))
        #expect(informed < 1.3 * alone, "\(informed) against \(alone)")
        #expect(informed < guarded, "\(informed) against \(guarded)")
    }

    @Test func whatOvershootsIsBetBefore() throws {
        #expect(try polls(.absent) < polls(.absent, boosted: false))
    }

    /// A boosted test still accuses at most alpha of healthy releases.
    @Test func theBoostKeepsTheLevel() throws {
        let alpha = 0.1
        let test = try #require(BurstAwareTest(Self.rate, bursts: .absent, alpha: alpha))
        var generator = SeededGenerator(seed: 21)
        var alarms = 0
        for _ in 0..<400 {
            var comparison = BurstAwareComparison(test)
            for _ in 0..<100 where comparison.peakLogE < log(1 / alpha) {
                comparison.observe(
                    poll(100, Double(generator.binomial(100, 0.01)), 900, Double(generator.binomial(900, 0.01))), test)
            }
            alarms += comparison.peakLogE >= log(1 / alpha) ? 1 : 0
        }
        #expect(alarms <= 40, "\(alarms)")
        #expect(alarms >= 8, "the level is used: \(alarms)")
    }

    /// ln of the ratio of the two integrals over the rate, computed apart from the code with 15,500 steps.
    @Test func burstsExplainPolls() {
        var explanation = BurstExplanation()
        #expect(explanation.penalty == 0)
        for counts in [poll(100, 1, 900, 2), poll(100, 5, 900, 9), poll(100, 0, 900, 3)] { explanation.observe(counts) }
        let expected = [0.1: 0.18654582498442096, 0.5: 2.480035169058276, 1: 3.65446058371624, 1.4: 3.392213494207594]
        for (index, coefficient) in BurstExplanation.coefficients.enumerated() {
            guard let figure = expected[coefficient] else { continue }
            #expect(abs(explanation.logRatios[index] - figure) < 1e-5, "\(coefficient): \(explanation.logRatios[index])")
        }
        #expect(explanation.bestCoefficient == 1)
        #expect(explanation.penalty == explanation.logRatios.max())
    }

    /// What is bet on a poll is a distribution: its chances add up to 1 given the polls before.
    @Test func betsAreDistributions() throws {
        var explanation = BurstExplanation()
        let past = [poll(100, 1, 900, 2), poll(100, 0, 900, 4), poll(100, 2, 900, 3)]
        for counts in past { explanation.observe(counts) }
        let events = past.reduce(0) { $0 + $1.canaryEvents + $1.baselineEvents }
        // Without bursts: the total given the past is negative binomial, and the canary has a tenth of it.
        func chance(_ canary: Double, _ baseline: Double) -> Double {
            let total = canary + baseline
            let ways: Double = lgamma(events + total) - lgamma(events) - lgamma(canary + 1) - lgamma(baseline + 1)
            let shares: Double = canary * log(0.1) + baseline * log(0.9)
            return exp(ways + shares + events * log(0.75) + total * log(0.25))
        }
        // Those beyond would need more counts than are tried here.
        let small = BurstExplanation.bets.indices.filter { BurstExplanation.bets[$0].ratio <= 30 }
        #expect(small.contains { BurstExplanation.bets[$0].since == 0 } && small.contains { BurstExplanation.bets[$0].since == 2 })
        var sums = small.map { _ in 0.0 }
        for canary in 0..<120 {
            for baseline in 0..<40 {
                let next = poll(100, Double(canary), 900, Double(baseline))
                let factors = try #require(explanation.logFactors(ofRegressionsIn: next, tolerance: 1))
                for (index, bet) in small.enumerated() { sums[index] += chance(Double(canary), Double(baseline)) * exp(factors[bet]) }
            }
        }
        for sum in sums { #expect(abs(sum - 1) < 0.005, "\(sums)") }
    }

    /// A service that has no errors proves a canary that has many at once; without its past it takes a few polls.
    @Test func aServiceWithoutErrorsNeedsNoSecondPoll() throws {
        let test = try #require(BurstAwareTest(Self.rate, lateShare: 0.1, alpha: 0.003))
        func polls(history: Int) -> Int {
            var comparison = BurstAwareComparison(test)
            for _ in 0..<history { comparison.observe(baselineEvents: 0, exposure: 900, test) }
            for count in 1...20 {
                comparison.observe(poll(100, 20, 900, 0), test)
                if comparison.peakLogE >= log(1 / 0.003) { return count }
            }
            return 21
        }
        #expect(polls(history: 20) == 1)
        #expect((2...6).contains(polls(history: 0)))
    }

    /// However long the canary has been good, half of its requests failing is no burst.
    @Test(arguments: [0, 20], [0.0, 1]) func aLargeFaultIsFoundAtOnceHoweverLateItBegins(history: Int, stableErrors: Double) throws {
        let test = try #require(BurstAwareTest(Self.rate, lateShare: 0.1, alpha: 0.003))
        var comparison = BurstAwareComparison(test)
        for _ in 0..<history { comparison.observe(baselineEvents: stableErrors, exposure: 1000, test) }
        for _ in 0..<10 { comparison.observe(poll(100, 0, 900, stableErrors), test) }
        #expect(comparison.peakLogE < 2)
        for _ in 0..<2 { comparison.observe(poll(100, 50, 900, stableErrors), test) }
        #expect(comparison.peakLogE >= log(1 / 0.003), "\(comparison.peakLogE)")
    }

    /// Among bursts that everybody can see, the bets that know them find what A1 less the penalty does not.
    @Test func aRegressionAmongBurstsIsFoundByBetsOnIt() throws {
        let test = try #require(BurstAwareTest(Self.rate, alpha: 0.01))
        var generator = SeededGenerator(seed: 17)
        var comparison = BurstAwareComparison(test)
        for _ in 0..<BurstExplanation.history {
            comparison.observe(baselineEvents: bursty(900, 0.01, 1, &generator), exposure: 900, test)
        }
        for _ in 0..<60 where comparison.peakLogE < log(100) {
            comparison.observe(poll(100, bursty(100, 0.05, 1, &generator), 900, bursty(900, 0.01, 1, &generator)), test)
        }
        #expect(comparison.peakLogE >= log(100))
        #expect(comparison.burstyLogE(test) > comparison.conditionalLogE(test))
    }

    @Test func whatIsNoCountExplainsNothing() {
        var explanation = BurstExplanation()
        for counts in [poll(100, .nan, 900, 2), poll(0, 0, 0, 0), poll(100, -1, 900, 2), poll(.infinity, 1, 900, 2)] {
            explanation.observe(counts)
        }
        #expect(explanation == BurstExplanation())
        // Polls without any error tell nothing about bursts either.
        for _ in 0..<5 { explanation.observe(poll(100, 0, 900, 0)) }
        #expect(explanation.logRatios.allSatisfy { $0 == 0 })
    }

    @Test func aRealRegressionAmongBurstsIsFound() throws {
        let test = try #require(BurstAwareTest(Self.rate, bursts: .expected))
        var generator = SeededGenerator(seed: 5)
        var comparison = BurstAwareComparison(test)
        for _ in 0..<100 {
            comparison.observe(poll(100, bursty(100, 0.05, 1, &generator), 900, bursty(900, 0.01, 1, &generator)), test)
        }
        #expect(comparison.peakLogE > log(100))
        #expect(comparison.fits(test))
    }
}
