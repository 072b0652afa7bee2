import Foundation
import HealthScore
import PluginKit
import ReleaseModel
import Testing

/// Who burns the budget, how fast, and by which habit that is a breach.
@Suite struct ObjectiveTests {
    private func objective(_ run: ReleaseRun, _ index: Int = 0) -> JSONValue {
        run.evidence("slo.breached")["objectives"]?.array?[index] ?? .null
    }

    @Test func aCanaryThatBurnsTheBudgetAloneIsABreach() throws {
        var run = ReleaseRun(["slo": [["name": "a", "objective": "99.9%", "window": "28d"]]])
        try run.poll(times: 6)
        #expect(run.reading("slo.breached") == .bool(false))
        try run.poll(times: 12, canary: [Shown(errors: 5)])
        #expect(run.reading("slo.breached") == .bool(true))
        #expect(run.reading("slo.stable_burning") == .bool(false))
        let rules = try #require(objective(run)["rules"]?.array)
        #expect(rules.compactMap { $0["factor"]?.number }.map { ($0 * 1e6).rounded() / 1e6 } == [13.44, 5.6, 2.8, 0.933333])
        #expect(rules[0]["burnedBy"]?.string == "canary")
        // 60 errors of 1800 requests are 33 times the budget.
        #expect(abs(try #require(run.number("slo.burn_slow")) - 100.0 / 3) < 1e-9)
        #expect(abs(try #require(run.number("slo.budget_left")) + 97.0 / 3) < 1e-9)
    }

    @Test func aBudgetThatBurnsOnBothArmsWasBurningAlready() throws {
        var run = ReleaseRun()
        try run.poll(times: 20, canary: [Shown(errors: 5)], stable: [Shown(requests: 900, errors: 45)])
        #expect(run.reading("slo.breached") == .bool(false))
        #expect(run.reading("slo.stable_burning") == .bool(true))
        #expect(objective(run)["rules"]?.array?[0]["burnedBy"]?.string == "both")
    }

    @Test func afterStableIsGoneItsLastRatesAreCompared() throws {
        var run = ReleaseRun()
        try run.poll(times: 20, canary: [Shown(errors: 5)], stable: [Shown(requests: 900, errors: 45)])
        for _ in 0..<200 { try run.poll(canary: [Shown(errors: 5)], stable: [], baking: true) }
        #expect(run.reading("slo.breached") == .bool(false))
        #expect(run.reading("slo.stable_burning") == .bool(true))
    }

    /// One error of ten requests is a hundred times the budget, and chance: neither the counts nor the e-process agree.
    @Test func fewRequestsAreNoBreach() throws {
        var run = ReleaseRun()
        try run.poll(times: 3, canary: [Shown(requests: 3, errors: 0)])
        try run.poll(canary: [Shown(requests: 3, errors: 1)])
        #expect(try #require(run.number("slo.burn_fast")) > 14.4)
        #expect(run.reading("slo.breached") == .bool(false))
        // Without minimum counts the e-process alone must still agree.
        var eager = ReleaseRun(["slo": [["objective": "99%", "requests": 1, "errors": 1]]])
        try eager.poll(canary: [Shown(requests: 3, errors: 1)])
        #expect(try #require(eager.number("slo.burn_fast")) > 14.4)
        #expect(eager.reading("slo.breached") == .bool(false))
        #expect(try #require(objective(eager)["peakLogE"]?.number) < #require(objective(eager)["threshold"]?.number))
    }

    @Test func slowRequestsBurnALatencyObjective() throws {
        // Edges end at 2.5 s: the limit of 3 s is counted there, on the strict side.
        var run = ReleaseRun([
            "slo": [["name": "errors", "objective": "99.9%"], ["name": "fast", "latency": ["within": "3s"], "objective": "99.95%"]]
        ])
        try run.poll(times: 3)
        #expect(run.reading("slo.breached") == .bool(false))
        try run.poll(times: 12, canary: [Shown(buckets: [50, 25, 10, 5, 0, 0, 10])])
        #expect(run.reading("slo.breached") == .bool(true))
        #expect(objective(run, 0)["breached"]?.bool == false)
        #expect(objective(run, 1)["breached"]?.bool == true)
        #expect(objective(run, 1)["indicator"]?["edgeSeconds"]?.number == 2.5)
    }

    @Test func aLatencyObjectiveWithoutAnEdgeBelowItsLimitCannotBeTold() throws {
        var run = ReleaseRun(["slo": [["name": "fast", "latency": ["within": "10ms"], "objective": "99%"]]])
        try run.poll(times: 3)
        #expect(run.reading("slo.breached") == .missing("no canary request latencies past the warm-up yet"))
    }

    @Test func ownWindows() throws {
        var run = ReleaseRun([
            "slo": [
                [
                    "name": "own", "objective": "99%", "window": "7d", "page": [["budget": "5%", "long": "2h", "short": "10m"]],
                    "ticket": [],
                ]
            ]
        ])
        try run.poll(times: 20, canary: [Shown(errors: 10)])
        let rules = try #require(objective(run)["rules"]?.array)
        #expect(rules.count == 1)
        #expect(abs(try #require(rules[0]["factor"]?.number) - 0.05 * 168 / 2) < 1e-9)
        #expect(run.reading("slo.breached") == .bool(true))
    }

    @Test func ticketSpeedIsNoBreach() throws {
        var run = ReleaseRun(["slo": [["objective": "99%"]]])
        try run.poll(times: 40, canary: [Shown(errors: 4)])
        #expect(run.reading("slo.ticket") == .bool(true))
        #expect(run.reading("slo.breached") == .bool(false))
    }

    @Test func settingsThatMakeNoObjectiveAreRefused() {
        let wrong: [JSONValue] = [
            [["name": "a"]], [["objective": "100%"]], [["objective": "99%", "window": "1m"]], [["objective": "99%", "latency": [:]]],
            [["objective": "99%", "latency": ["within": 3]]], [["objective": "99%", "page": []]],
            [["objective": "99%", "page": [["budget": "2%", "long": "5m", "short": "1h"]]]],
            [["objective": "99%", "page": [["budget": "2%"]]]],
            [["objective": "50%", "window": "30d", "page": [["budget": "100%", "long": "1h", "short": "5m"]]]],
            [["name": "a", "objective": "99%"], ["name": "a", "objective": "98%"]], [["objective": "99%", "latency": ["wihtin": "3s"]]],
        ]
        for slo in wrong { #expect(HealthScore().validate(["slo": slo]).isEmpty == false, "\(slo.canonicalText)") }
        for breach: JSONValue in [["by": "p99"], ["by": "percentile", "percentile": 100], ["by": "burnRate", "for": "5m"], ["over": 3]] {
            #expect(HealthScore().validate(["breach": breach]).isEmpty == false, "\(breach.canonicalText)")
        }
    }

    // MARK: - The other habit

    private static let habit: JSONValue = ["breach": ["by": "percentile", "percentile": 99, "over": "1h", "for": "5m"]]

    /// Stable has between 0 and 4 errors of 900 requests in each window.
    private func stable(_ window: Int) -> [Shown] { [Shown(requests: 900, errors: Double(window % 5))] }

    @Test func fiveMinutesAboveStablesPercentileAreABreach() throws {
        var run = ReleaseRun(Self.habit)
        for window in 0..<180 { try run.poll(canary: [Shown(errors: 0)], stable: stable(window)) }
        #expect(run.reading("slo.breached") == .bool(false))
        var breachedAfter: Int?
        for window in 180..<240 {
            try run.poll(canary: [Shown(errors: 2)], stable: stable(window))
            if breachedAfter == nil, run.reading("slo.breached") == .bool(true) { breachedAfter = window - 179 }
        }
        // The minute that is under way counts as soon as it lies above.
        #expect(try #require(breachedAfter) >= 24 && #require(breachedAfter) <= 31)
        #expect(run.evidence("slo.breached")["by"]?.string == "percentile")
        #expect(run.evidence("slo.breached")["anytimeValid"]?.bool == false)
        // One minute below ends it.
        try run.poll(times: 6, canary: [Shown(errors: 0)])
        #expect(run.reading("slo.breached") == .bool(false))
    }

    @Test func withoutTwentyMinutesOfStableThereIsNoPercentile() throws {
        var run = ReleaseRun(Self.habit)
        for window in 0..<60 { try run.poll(canary: [Shown(errors: 20)], stable: stable(window)) }
        guard case .missing(let reason)? = run.reading("slo.breached") else {
            Issue.record("a percentile of ten minutes")
            return
        }
        #expect(reason.contains("of the 20 minutes"))
    }
}
