import Foundation
import ReleaseModel
import Testing

@testable import LogMining

@Suite("Guilt over all templates, and novelty")
struct FamilywiseTests {
    @Test("The least e-value over every set that holds the template", arguments: 0..<40)
    func closedTesting(seed: Int) {
        var generator = SeededGenerator(seed: UInt64(seed))
        let count = Int.random(in: 1...6, using: &generator)
        let logE = (0..<count).map { _ in Double.random(in: -4...8, using: &generator) }
        let shares = (0..<count).map { (index: Int) -> Double in 0.9 / (Double(index + 1) * Double(index + 2)) }
        let adjusted = FamilywiseGuilt.adjusted(logE: logE, shares: shares)
        for member in 0..<count {
            // By trying every set.
            var least = Double.infinity
            for set in 0..<(1 << count) where set & (1 << member) != 0 {
                var value = 1.0
                for one in 0..<count where set & (1 << one) != 0 { value += shares[one] * (exp(logE[one]) - 1) }
                least = min(least, value)
            }
            #expect(least <= 0 ? adjusted[member] == -.infinity : abs(adjusted[member] - log(least)) < 1e-9)
        }
    }

    private let start = SimulatedLogs.start

    @Test("One template that comes too often is guilty, and no other")
    func guilty() throws {
        let settings = LogComparisonSettings()
        var comparison = LogComparison(settings: settings)
        var logs = SimulatedLogs(generator: SeededGenerator(seed: 3), exceptionsPerSecond: 3, exceptionsFrom: 60)
        for index in 0..<30 {
            let second = Double(index) * 10
            let window = logs.window(second: second)
            comparison.observe(
                LogPoll(
                    counts: window.counts, canaryRequests: window.canaryRequests, stableRequests: window.stableRequests,
                    windowStart: start + .seconds(second), windowEnd: start + .seconds(second + 10), baking: false), settings: settings)
        }
        let verdict = comparison.verdict(at: start + .seconds(300), settings: settings)
        #expect(Set(verdict.strongest.filter(\.guilty).map(\.template)) == ["npe", "timeout"])
    }

    /// New error templates at a rate per request on each arm; true when novelty reaches the alarm.
    private func noveltyAlarm(seed: UInt64, canaryFactor: Double) -> Bool {
        let settings = LogComparisonSettings()
        var generator = SeededGenerator(seed: seed)
        var comparison = LogComparison(settings: settings)
        var number = 0
        for index in 0..<20 {
            var counts = [(Arm.canary, 100), (Arm.stable, 900)].map { arm, lines in
                LogCount(
                    arm: arm, instance: arm, template: "i", text: "i", severity: .info, exceptionClass: nil, count: lines,
                    windowStart: start + .seconds(Double(index) * 10))
            }
            for (arm, mean) in [(Arm.canary, 0.3 * canaryFactor), (Arm.stable, 2.7)] {
                for _ in 0..<generator.poisson(mean) {
                    number += 1
                    counts.append(
                        LogCount(
                            arm: arm, instance: arm, template: "t\(number)", text: "t", severity: .error, exceptionClass: nil, count: 1,
                            windowStart: start + .seconds(Double(index) * 10)))
                }
            }
            comparison.observe(
                LogPoll(
                    counts: counts, canaryRequests: 100, stableRequests: 900, windowStart: start + .seconds(Double(index) * 10),
                    windowEnd: start + .seconds(Double(index) * 10 + 10), baking: false), settings: settings)
            let verdict = comparison.verdict(at: start + .seconds(Double(index) * 10 + 10), settings: settings)
            if let novelty = verdict.novelty, novelty.anomaly >= LogVerdict.alarm { return true }
        }
        return false
    }

    @Test("Novelty is held against stable's own: as many new templates are nothing, five times as many are found")
    func novelty() {
        #expect((0..<60).count { noveltyAlarm(seed: UInt64($0), canaryFactor: 1) } <= 2)
        #expect((0..<20).count { noveltyAlarm(seed: UInt64($0), canaryFactor: 8) } >= 19)
    }
}
