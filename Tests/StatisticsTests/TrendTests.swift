import Foundation
import Statistics
import Testing

@Suite struct TrendTests {
    static let series: [Double] = [1, 2, 2, 3, 1, 4, 5, 4, 6, 7]

    @Test func mannKendall() {
        let test = MannKendall(Self.series)
        #expect(test.s == 34)
        #expect(abs(test.z - 2.9876796194031114) < 1e-9)
        #expect(abs(test.upwardProbability - 0.0014055) < 1e-6)
        #expect(MannKendall([3, 3, 3]).z == 0)
        #expect(MannKendall([]).z == 0)
        #expect(MannKendall(Self.series.map { -$0 }).s == -34)
    }

    @Test func withoutTiesTheChanceIsExact() {
        #expect(abs(MannKendall([1, 2, 3, 4, 5, 6]).upwardProbability - 1.0 / 720) < 1e-15)
        #expect(abs(MannKendall([1, 3, 2]).upwardProbability - 0.5) < 1e-15)
        #expect(abs(MannKendall([6, 5, 4, 3, 2, 1]).upwardProbability - 1) < 1e-12)
        #expect(MannKendall([4]).upwardProbability == 1)
        // Longer series go over into the normal approximation.
        let long = (0..<60).map { Double($0 * 37 % 61) + Double($0) * 0.3 }
        let exact = MannKendall(long)
        #expect(abs(exact.upwardProbability / (erfc(exact.z / 2.0.squareRoot()) / 2) - 1) < 0.2)
    }

    @Test func theilSen() {
        #expect(TheilSen.slope(Self.series) == 2.0 / 3)
        #expect(TheilSen.slope([5]) == nil)
        #expect(TheilSen.slope(times: [0, 10, 20], values: [1, 2, 3]) == 0.1)
        #expect(TheilSen.slope(times: [1, 1], values: [1, 2]) == nil)
    }

    @Test func median() {
        #expect(Order.median([3, 1, 2]) == 2)
        #expect(Order.median([4, 1, 2, 3]) == 2.5)
        #expect(Order.median([]) == nil)
    }

    @Test func burnFactors() {
        let month = 30.0 * 86400
        let weeks = 28.0 * 86400
        let rules: [BurnRateRule] = [.pageFast, .pageSlow, .ticketFast, .ticketSlow]
        for (rule, expected) in zip(rules, [14.4, 6, 3, 1]) { #expect(abs(rule.factor(periodSeconds: month) - expected) < 1e-9) }
        for (rule, expected) in zip(rules, [13.44, 5.6, 2.8, 0.9333333333]) {
            #expect(abs(rule.factor(periodSeconds: weeks) - expected) < 1e-9)
        }
        #expect(abs(BurnRate.rate(errors: 144, requests: 10_000, objective: 0.999)! - 14.4) < 1e-9)
        #expect(BurnRate.rate(errors: 0, requests: 0, objective: 0.999) == nil)
    }

    @Test func decay() {
        #expect(Decay.weight(age: 0, halfLife: 60) == 1)
        #expect(Decay.weight(age: 60, halfLife: 60) == 0.5)
        #expect(Decay.weight(age: -5, halfLife: 60) == 1)
        var count = DecayingCount(time: 0)
        count.add(4, at: 10, halfLife: 60)
        count.add(1, at: 70, halfLife: 60)
        #expect(count.value(at: 130, halfLife: 60) == 1.5)
    }
}
