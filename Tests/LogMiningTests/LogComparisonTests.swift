import Foundation
import LogMining
import ReleaseModel
import Testing

@Suite("The canary's log against stable's")
struct LogComparisonTests {
    private let settings = LogComparisonSettings()
    /// How many times as many releases the simulations run; 100 takes some minutes.
    private static let scale = max(1, ProcessInfo.processInfo.environment["TIDEGATE_LOG_RUNS"].flatMap { Int($0) } ?? 1)
    private let start = SimulatedLogs.start

    private func count(
        _ arm: String, _ template: String, _ count: Int, at seconds: Double, severity: LogSeverity = .error, exception: String? = nil
    ) -> LogCount {
        LogCount(
            arm: arm, instance: arm, template: template, text: template, severity: severity, exceptionClass: exception, count: count,
            windowStart: start + .seconds(seconds))
    }

    private func poll(
        _ counts: [LogCount], at seconds: Double, canary: Double? = 100, stable: Double? = 900, baking: Bool = false
    ) -> LogPoll {
        LogPoll(
            counts: counts, canaryRequests: canary, stableRequests: stable, windowStart: start + .seconds(seconds),
            windowEnd: start + .seconds(seconds + 10), baking: baking)
    }

    private func verdict(_ comparison: LogComparison, at seconds: Double) -> LogVerdict {
        comparison.verdict(at: start + .seconds(seconds), settings: settings)
    }

    /// Runs one release of `polls` windows; returns the end of the first poll with an alarm, in seconds.
    private func alarm(
        _ logs: inout SimulatedLogs, polls: Int, settings: LogComparisonSettings = LogComparisonSettings(), shares: [Double] = []
    ) -> Double? {
        var comparison = LogComparison(settings: settings)
        for index in 0..<polls {
            if !shares.isEmpty { logs.canaryShare = shares[index * shares.count / polls] }
            let second = Double(index) * 10
            let window = logs.window(second: second)
            comparison.observe(
                poll(window.counts, at: second, canary: window.canaryRequests, stable: window.stableRequests), settings: settings)
            let verdict = comparison.verdict(at: start + .seconds(second + 10), settings: settings)
            if let anomaly = verdict.anomaly, anomaly >= LogVerdict.alarm { return second + 10 }
        }
        return nil
    }

    @Test("Healthy releases through three stages: at most one in a hundred ever alarms")
    func falseAlarms() {
        var alarms = 0
        let runs = 120 * Self.scale
        for seed in 0..<runs {
            var logs = SimulatedLogs(generator: SeededGenerator(seed: UInt64(seed)))
            if alarm(&logs, polls: 45, shares: [0.01, 0.1, 0.5]) != nil { alarms += 1 }
        }
        if Self.scale > 1 { print("healthy releases with an alarm: \(alarms) of \(runs)") }
        #expect(Double(alarms) <= max(1, 0.01 * Double(runs)), "\(alarms) of \(runs)")
    }

    @Test("A burst of real exceptions alarms within 30 s, with the wait for its window and a lag of 5 s", arguments: [0.01, 0.1, 0.5])
    func burst(share: Double) {
        var quick = 0
        let runs = 60 * Self.scale
        for seed in 0..<runs {
            var generator = SeededGenerator(seed: UInt64(10_000 + seed))
            let from = 150 + Double.random(in: 0..<10, using: &generator)
            var logs = SimulatedLogs(generator: generator, canaryShare: share, exceptionsPerSecond: 5, exceptionsFrom: from)
            if let at = alarm(&logs, polls: 25), at >= from, at + 5 + 5 - from <= 30 { quick += 1 }
        }
        if Self.scale > 1 { print("bursts at a share of \(share) found within 30 s: \(quick) of \(runs)") }
        #expect(Double(quick) >= 0.95 * Double(runs), "\(quick) of \(runs)")
    }

    @Test("A known error that comes four times as often is found, and the same rate on both is not")
    func knownError() {
        func run(_ factor: Int) -> Double {
            var comparison = LogComparison(settings: settings)
            for index in 0..<30 {
                comparison.observe(
                    poll(
                        [count("canary", "e", factor, at: Double(index) * 10), count("stable", "e", 9, at: Double(index) * 10)],
                        at: Double(index) * 10), settings: settings)
            }
            return verdict(comparison, at: 300).anomaly ?? -1
        }
        #expect(run(1) == 0)
        #expect(run(4) >= LogVerdict.alarm)
    }

    @Test("Novelty alone never alarms: thirty new error templates, each once, at a share of a half")
    func novelty() {
        var comparison = LogComparison(settings: settings)
        let counts = (0..<30).flatMap { [count("canary", "c\($0)", 1, at: 0), count("stable", "s\($0)", 1, at: 0)] }
        comparison.observe(poll(counts, at: 0, canary: 500, stable: 500), settings: settings)
        let verdict = verdict(comparison, at: 10)
        #expect(verdict.newErrors.count == 30)
        #expect(try! #require(verdict.anomaly) < 0.1)
    }

    @Test("Harmless lines without an error are knowledge: 0")
    func quiet() {
        var comparison = LogComparison(settings: settings)
        comparison.observe(
            poll([count("canary", "i", 100, at: 0, severity: .info), count("stable", "i", 900, at: 0, severity: .info)], at: 0),
            settings: settings)
        let verdict = verdict(comparison, at: 10)
        #expect(verdict.anomaly == 0)
        #expect(verdict.silent == nil && verdict.bursts.isEmpty && verdict.newErrors.isEmpty)
    }

    @Test("A canary that was never heard is silent, not healthy")
    func neverHeard() {
        var comparison = LogComparison(settings: settings)
        comparison.observe(poll([count("stable", "i", 900, at: 0, severity: .info)], at: 0), settings: settings)
        #expect(verdict(comparison, at: 10).anomaly == nil)
        #expect(verdict(comparison, at: 10).silent != nil)
    }

    @Test("A canary that falls silent while it serves is missing after a minute; one without requests is not")
    func fallsSilent() {
        for (requests, isSilent) in [(100.0, true), (0, false)] {
            var comparison = LogComparison(settings: settings)
            let lines = [count("canary", "i", 100, at: 0, severity: .info), count("stable", "i", 900, at: 0, severity: .info)]
            comparison.observe(poll(lines, at: 0), settings: settings)
            for second in stride(from: 10.0, through: 60, by: 10) {
                comparison.observe(poll([], at: second, canary: requests), settings: settings)
                #expect(verdict(comparison, at: second + 10).silent == nil)
            }
            comparison.observe(poll([], at: 70, canary: requests), settings: settings)
            #expect((verdict(comparison, at: 80).silent != nil) == isSilent)
        }
    }

    @Test("A stable revision whose log never arrives gives no ground for comparison")
    func stableSilent() {
        var comparison = LogComparison(settings: settings)
        for second in stride(from: 0.0, to: 100, by: 10) {
            comparison.observe(
                poll([count("canary", "i", 100, at: second, severity: .info), count("canary", "e", 5, at: second)], at: second),
                settings: settings)
        }
        let verdict = verdict(comparison, at: 100)
        #expect(verdict.anomaly == nil && verdict.incomparable != nil && verdict.silent == nil)
    }

    @Test("Services that log nothing but errors are compared by requests")
    func onlyErrors() {
        var comparison = LogComparison(settings: settings)
        comparison.observe(poll([count("canary", "e", 20, at: 0)], at: 0), settings: settings)
        #expect(verdict(comparison, at: 10).anomaly == 1)
    }

    @Test("Without requests harmless lines tell how much was done")
    func byLines() {
        var comparison = LogComparison(settings: settings)
        for second in stride(from: 0.0, to: 100, by: 10) {
            let counts = [
                count("canary", "i", 100, at: second, severity: .info), count("stable", "i", 900, at: second, severity: .info),
                count("canary", "e", 2, at: second), count("stable", "e", 18, at: second),
            ]
            comparison.observe(poll(counts, at: second, canary: nil, stable: nil), settings: settings)
        }
        #expect(verdict(comparison, at: 100).anomaly == 0)
        #expect(verdict(comparison, at: 100).comparedPolls == 10)
    }

    @Test("A canary that starts up logs before it serves: its warnings then are not held against it")
    func startUp() {
        var comparison = LogComparison(settings: settings)
        let lines = [
            count("canary", "boot", 50, at: 0, severity: .warn), count("canary", "i", 50, at: 0, severity: .info),
            count("stable", "i", 900, at: 0, severity: .info),
        ]
        comparison.observe(poll(lines, at: 0, canary: 0), settings: settings)
        #expect(verdict(comparison, at: 10).anomaly == nil && verdict(comparison, at: 10).incomparable != nil)
        comparison.observe(poll(Array(lines[1...]), at: 10), settings: settings)
        #expect(verdict(comparison, at: 20).anomaly == 0)
    }

    @Test("A window handed out in parts counts as the whole does; the order within a poll does not matter")
    func increments() {
        let counts = (0..<12).flatMap {
            [count("canary", "t\($0 % 4)", $0 + 1, at: 0), count("stable", "t\($0 % 4)", 2, at: 0)]
        }
        var forward = LogComparison(settings: settings)
        var backward = LogComparison(settings: settings)
        forward.observe(poll(counts, at: 0), settings: settings)
        backward.observe(poll(counts.reversed(), at: 0), settings: settings)
        #expect(forward == backward)
        var parts = LogComparison(settings: settings)
        parts.observe(poll(Array(counts[..<8]), at: 0), settings: settings)
        parts.observe(poll(Array(counts[8...]), at: 10), settings: settings)
        #expect(verdict(parts, at: 20).canaryEvents == verdict(forward, at: 20).canaryEvents)
        #expect(verdict(parts, at: 20).bursts.count == verdict(forward, at: 20).bursts.count)
    }

    @Test("A burst is three times the recent rate and five in ten seconds; more traffic alone is none")
    func bursts() {
        func bursts(past: Int, now: Int, quietPast: Int = 100, quietNow: Int = 100) -> Int {
            var comparison = LogComparison(settings: settings)
            for second in stride(from: 0.0, to: 60, by: 10) {
                comparison.observe(
                    poll(
                        [count("canary", "e", past, at: second), count("canary", "i", quietPast, at: second, severity: .info)], at: second),
                    settings: settings)
            }
            comparison.observe(
                poll([count("canary", "e", now, at: 60), count("canary", "i", quietNow, at: 60, severity: .info)], at: 60),
                settings: settings)
            return verdict(comparison, at: 70).bursts.count
        }
        #expect(bursts(past: 0, now: 4) == 0)
        #expect(bursts(past: 0, now: 5) == 1)
        #expect(bursts(past: 2, now: 5) == 0)
        #expect(bursts(past: 2, now: 6) == 1)
        #expect(bursts(past: 2, now: 20, quietNow: 1000) == 0)
    }

    @Test("A burst is over when the log goes on without it")
    func burstEnds() {
        var comparison = LogComparison(settings: settings)
        comparison.observe(poll([count("canary", "e", 50, at: 0)], at: 0), settings: settings)
        #expect(verdict(comparison, at: 10).bursts.count == 1)
        for second in [10.0, 20] {
            comparison.observe(poll([count("canary", "i", 9, at: second, severity: .info)], at: second), settings: settings)
        }
        #expect(verdict(comparison, at: 30).bursts.isEmpty)
    }

    @Test("While baking, a fault is found without a control group, and a healthy bake stays quiet")
    func bake() {
        for (exceptions, alarms) in [(0, false), (30, true)] {
            var comparison = LogComparison(settings: settings)
            func lines(_ second: Double, _ canary: Int, _ stable: Int) -> [LogCount] {
                [count("canary", "e", canary, at: second), count("stable", "e", stable, at: second)]
            }
            for second in stride(from: 0.0, to: 600, by: 10) {
                comparison.observe(poll(lines(second, 2, 18), at: second), settings: settings)
            }
            for second in stride(from: 600.0, to: 900, by: 10) {
                let counts = [count("canary", "e", 20, at: second), count("canary", "new", exceptions, at: second)]
                comparison.observe(poll(counts, at: second, canary: 1000, stable: nil, baking: true), settings: settings)
            }
            let anomaly = verdict(comparison, at: 900).anomaly ?? -1
            #expect((anomaly >= LogVerdict.alarm) == alarms, "\(exceptions): \(anomaly)")
        }
    }

    @Test("State is bounded, and survives being stored to the last digit")
    func state() throws {
        var comparison = LogComparison(settings: settings)
        for index in 0..<1000 {
            comparison.observe(
                poll(
                    [count("canary", "t\(index)", 1, at: Double(index) * 10), count("stable", "t\(index)", 9, at: Double(index) * 10)],
                    at: Double(index) * 10), settings: settings)
        }
        let coded = try JSONValue(encoding: comparison)
        #expect(coded.canonicalBytes.count < 400_000)
        let restored: LogComparison = try coded.decoded()
        #expect(restored == comparison)
    }
}
