import Foundation
import Statistics
import Testing

/// Simulated releases in which the canary is the same as the baseline, looked at after every poll.
@Suite struct FalseAlarmTests {
    @Test(arguments: [RateRatioTest.Method.conditionalBinomial, .noncentralHypergeometric], [0.0, 0.25])
    func falseAlarmsStayUnderAlphaHoweverOftenItIsLookedAt(method: RateRatioTest.Method, lateShare: Double) throws {
        let test = try #require(RateRatioTest(alternatives: [1.25, 1.5, 2, 3, 5, 10], method: method))
        var generator = SeededGenerator(seed: 20)
        let (runs, alpha) = (200, 0.05)
        var alarms = 0
        for _ in 0..<runs {
            var process = EProcess(alternatives: test.alternatives.count)
            for poll in 0..<200 {
                let rate = 0.01 * (1 + 0.8 * sin(Double(poll) / 30))
                let sample = RatePoll(
                    canaryEvents: Double(generator.binomial(100, rate)), canaryExposure: 100,
                    baselineEvents: Double(generator.binomial(900, rate)), baselineExposure: 900)
                process.observe(logFactors: test.logFactors(of: sample), weights: test.weights, lateShare: lateShare)
            }
            if process.peakLogE >= log(1 / alpha) { alarms += 1 }
        }
        #expect(Double(alarms) / Double(runs) <= alpha)
    }

    @Test func aRealRegressionIsFoundNearTheReferenceFigure() throws {
        // Reference: .002 -> .01, polls of 100/900, alpha .01: 992 canary requests in the mean.
        let test = try #require(RateRatioTest())
        var generator = SeededGenerator(seed: 3)
        var total = 0
        for _ in 0..<200 {
            var process = EProcess(alternatives: test.alternatives.count)
            var polls = 0
            while process.peakLogE < log(100), polls < 500 {
                polls += 1
                let sample = RatePoll(
                    canaryEvents: Double(generator.binomial(100, 0.01)), canaryExposure: 100,
                    baselineEvents: Double(generator.binomial(900, 0.002)), baselineExposure: 900)
                process.observe(logFactors: test.logFactors(of: sample), weights: test.weights)
            }
            total += polls * 100
        }
        let mean = Double(total) / 200
        #expect(mean > 700 && mean < 1200)
    }

    @Test func theOneSampleTestKeepsItsLevelToo() throws {
        let test = try #require(OneSampleTest())
        var generator = SeededGenerator(seed: 5)
        let weights = test.alternatives.map { _ in 1.0 }
        var alarms = 0
        for _ in 0..<200 {
            var process = EProcess(alternatives: weights.count)
            for _ in 0..<200 {
                process.observe(
                    logFactors: test.logFactors(events: Double(generator.binomial(100, 0.01)), exposure: 100, bound: 0.01),
                    weights: weights,
                    lateShare: 0.25)
            }
            if process.peakLogE >= log(20) { alarms += 1 }
        }
        #expect(Double(alarms) / 200 <= 0.05)
    }
}
