import Foundation
import HealthScore
import PluginKit
import ReleaseModel
import Testing

/// Warm-up, marks, baking, objectives: what depends on when.
@Suite struct TimeTests {
    private let slow = Shown(buckets: [0, 0, 0, 10, 50, 40, 0], pauses: (5, 4))

    @Test func warmUpExcusesLatencyAndPausesButNoErrors() throws {
        var run = ReleaseRun()
        run.warmUp = .seconds(180)
        var cold = slow
        cold.processStart = ReleaseRun.origin
        cold.errors = 10
        try run.poll(times: 12, canary: [cold])
        #expect(run.reading("errors.guilty") == .bool(true))
        #expect(run.reading("latency.guilty") == .missing("no canary request latencies past the warm-up yet"))
        #expect(run.reading("gc.guilty")?.isKnown == false)
        #expect(run.reading("complete") == .bool(false))
        try run.poll(times: 12, canary: [cold])
        #expect(run.reading("latency.guilty") == .bool(true))
        #expect(run.reading("gc.guilty") == .bool(true))
    }

    @Test func withoutAStartTimeTheFirstSightCounts() throws {
        var run = ReleaseRun()
        run.warmUp = .seconds(60)
        try run.poll(times: 5, canary: [Shown(processStart: nil)], stable: [Shown(requests: 900, processStart: nil)])
        #expect(run.reading("latency.guilty")?.isKnown == false)
        try run.poll(times: 5, canary: [Shown(processStart: nil)], stable: [Shown(requests: 900, processStart: nil)])
        #expect(run.reading("latency.guilty") == .bool(false))
    }

    /// Old and young instances of stable, of which the old ones have no errors: a fresh canary is compared with the young ones where the policy says so.
    @Test func aFreshBaselineIsOfTheCanarysAge() throws {
        func run(_ configuration: JSONValue, stableStart: Double) throws -> ReleaseRun {
            var run = ReleaseRun(configuration)
            for _ in 0..<12 {
                try run.poll(
                    canary: [Shown(errors: 3, processStart: ReleaseRun.origin - 600)],
                    stable: [
                        Shown(requests: 800, errors: 0, processStart: ReleaseRun.origin - 90_000),
                        Shown(requests: 100, errors: 3, processStart: stableStart),
                    ])
            }
            return run
        }
        let all = try run([:], stableStart: ReleaseRun.origin - 500)
        #expect(all.reading("errors.guilty") == .bool(true))
        let ages = all.evidence("complete")
        #expect(ages["stable"]?["instances"]?.number == 2)
        #expect(ages["stable"]?["oldestSeconds"]?.number == 90_120)
        #expect(ages["canary"]?["youngestSeconds"]?.number == 720)
        let fresh: JSONValue = ["baseline": ["fresh": "10m"]]
        let alike = try run(fresh, stableStart: ReleaseRun.origin - 500)
        #expect(alike.reading("errors.guilty") == .bool(false))
        #expect(alike.evidence("complete")["stable"]?["instances"]?.number == 1)
        let none = try run(fresh, stableStart: ReleaseRun.origin - 50_000)
        #expect(none.reading("errors.guilty") == .missing("no stable requests yet"))
    }

    @Test func whoServesNobodyIsNotReady() throws {
        var run = ReleaseRun()
        try run.poll(times: 10, canary: [Shown(), Shown(requests: 0, pauses: (5, 4))])
        #expect(run.reading("gc.guilty") == .bool(false))
        #expect(run.evidence("complete")["canary"]?["warm"]?.number == 1)
        try run.poll(times: 10, canary: [Shown(), Shown(requests: 10, pauses: (5, 4))])
        #expect(run.reading("gc.guilty") == .bool(true))
    }

    @Test func sinceAMarkOnlyWhatCameAfterIsJudged() throws {
        var run = ReleaseRun()
        try run.poll(times: 6, canary: [Shown(errors: 20)])
        #expect(run.output?.sinceMark.isEmpty == true)
        let mark = Timestamp(seconds: run.now)
        try run.poll(mark: mark)
        #expect(run.reading("errors.guilty") == .bool(true))
        #expect(run.sinceMark("errors.guilty") == .bool(false))
        #expect(run.sinceMark("samples") == .number(100))
        for _ in 0..<6 { try run.poll(canary: [Shown(errors: 20)], mark: mark) }
        #expect(run.sinceMark("errors.guilty") == .bool(true))
        #expect(run.sinceMark("slo.breached") == .bool(true))
        // A new mark begins anew; the first window after it ends later than it.
        let second = Timestamp(seconds: run.now + 10)
        try run.poll(mark: second)
        #expect(run.sinceMark("errors.guilty") == .missing("no window was judged yet"))
        try run.poll(mark: second)
        #expect(run.sinceMark("samples") == .number(100))
        try run.poll()
        #expect(run.output?.sinceMark.isEmpty == true)
    }

    @Test func whileBakingTheCanaryIsHeldAgainstStablesLastFigures() throws {
        var run = ReleaseRun()
        try run.poll(times: 30, stable: [Shown(requests: 900, errors: 1)])
        var calm = run
        for _ in 0..<20 { try calm.poll(canary: [Shown(requests: 1000, errors: 1)], stable: [], baking: true) }
        for name in ["errors.guilty", "latency.guilty", "slo.breached"] { #expect(calm.reading(name) == .bool(false), "\(name)") }
        #expect(calm.reading("complete") == .bool(true))
        for _ in 0..<6 { try run.poll(canary: [Shown(requests: 1000, errors: 30)], stable: [], baking: true) }
        #expect(run.reading("errors.guilty") == .bool(true))
        #expect(run.reading("slo.breached") == .bool(true))
        #expect(try #require(run.number("scoreDrop")) > 10)
    }

    @Test func theBudgetMustBurnOnTheCanaryAndNotOnStable() throws {
        var both = ReleaseRun()
        try both.poll(times: 20, canary: [Shown(errors: 3)], stable: [Shown(requests: 900, errors: 27)])
        #expect(both.reading("slo.breached") == .bool(false))
        #expect(abs(try #require(both.number("slo.burn_fast")) - 30) < 1e-9)
        var one = ReleaseRun()
        try one.poll(times: 20, canary: [Shown(errors: 3)])
        #expect(one.reading("slo.breached") == .bool(true))
        #expect(abs(try #require(one.number("slo.budget_left")) + 29) < 1e-9)
    }

    @Test func aBreachEndsWhenTheBurningEnds() throws {
        var run = ReleaseRun()
        run.step = 60
        try run.poll(times: 5, canary: [Shown(errors: 3)])
        #expect(run.reading("slo.breached") == .bool(true))
        // Six hours still burn after this, but no longer the last half hour.
        try run.poll(times: 32)
        #expect(run.reading("slo.breached") == .bool(false))
        #expect(run.number("slo.burn_fast") == 0)
    }

    @Test func aFewUnluckyRequestsAreNoBreach() throws {
        var run = ReleaseRun()
        try run.poll(times: 2, canary: [Shown(requests: 5, errors: 1)])
        #expect(run.reading("slo.breached") == .bool(false))
        #expect(run.evidence("slo.breached")["objectives"]?.array?.count == 1)
    }

    @Test func factorsFollowTheWindowOfTheObjective() throws {
        var run = ReleaseRun([
            "slo": [["name": "a", "objective": "99.9%", "window": "28d"], ["name": "b", "objective": 0.99, "window": "30d"]]
        ])
        try run.poll()
        let objectives = try #require(run.evidence("slo.breached")["objectives"]?.array)
        let factors = objectives.map { $0["rules"]?.array?.compactMap { $0["factor"]?.number } ?? [] }
        #expect(factors.count == 2)
        for (value, expected) in zip(factors.joined(), [13.44, 5.6, 2.8, 14.0 / 15, 14.4, 6, 3, 1]) {
            #expect(abs(value - expected) < 1e-9)
        }
    }

    @Test func withoutObjectivesTheSLOIsMissing() throws {
        var run = ReleaseRun(["slo": []])
        try run.poll()
        #expect(run.reading("slo.breached") == .missing("no objective is set"))
    }
}
