import Foundation
import Statistics
import Testing

@Suite struct CombinationTests {
    @Test func lateOnset() {
        var late = LateOnset()
        let expected = [0.75, 2.0 / 3, 1.5, 5.4, 79.0 / 3]
        for (index, factor) in [0.5, 0.8, 3, 4, 5].enumerated() {
            late.observe(logFactor: log(factor), poll: index + 1)
            #expect(abs(exp(late.logE) - expected[index]) < 1e-9)
        }
    }

    @Test func eHolm() {
        #expect(EHolm.adjusted([1000, 0, 0, 0]) == [250, 0, 0, 0])
        #expect(EHolm.adjusted([30, 30, 30]) == [30, 30, 30])
        #expect(EHolm.adjusted([]) == [])
    }

    @Test func logSumsAreStable() {
        #expect(LogSpace.sum([1000, 1000]) == 1000 + log(2))
        #expect(LogSpace.sum([-1000, -.infinity]) == -1000)
        #expect(LogSpace.sum([]) == -.infinity)
        #expect(abs(LogSpace.mean([log(2), log(4)], weights: [1, 3]) - log(3.5)) < 1e-12)
    }

    @Test func thePeakStaysWhereWealthFalls() {
        var process = EProcess(alternatives: 1)
        process.observe(logFactors: [7], weights: [1])
        process.observe(logFactors: [-9], weights: [1])
        #expect(process.logE(weights: [1]) == -2)
        #expect(process.peakLogE == 7)
    }

    @Test func aFaultThatBeginsLateIsFoundSoonerWithAShareOnLateOnset() throws {
        let test = try #require(RateRatioTest())
        func pollsToAlarm(share: Double) -> Int {
            var process = EProcess(alternatives: test.alternatives.count)
            for poll in 1...3000 {
                let errors: Double = poll <= 1000 ? 1 : 3
                let sample = RatePoll(canaryEvents: errors, canaryExposure: 100, baselineEvents: 9, baselineExposure: 900)
                process.observe(logFactors: test.logFactors(of: sample), weights: test.weights, lateShare: share)
                if process.peakLogE >= log(100) { return poll - 1000 }
            }
            return 3000
        }
        #expect(pollsToAlarm(share: 0.25) < pollsToAlarm(share: 0))
    }

    @Test func eHolmOfLogarithms() {
        for values in [[1000.0, 1, 1, 1], [30, 30, 30], [5], [0.2, 700, 0.01]] {
            for (plain, log) in zip(EHolm.adjusted(values), EHolm.adjusted(logs: values.map { Foundation.log($0) })) {
                #expect(abs(Foundation.log(plain) - log) < 1e-12)
            }
        }
        // A bad arm beside a good one loses no more than ln 2.
        #expect(abs(EHolm.adjusted(logs: [2000, -500])[0] - (2000 - Foundation.log(2.0))) < 1e-9)
    }
}
