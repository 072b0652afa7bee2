import HealthScore
import PluginKit
import ReleaseModel
import Testing

/// No data, vanished data and failures are never healthy.
@Suite struct NoDataTests {
    private static let health =
        ["score", "scoreDrop", "scoreDrop.low"] + guiltySignals + ["slo.burn_fast", "slo.burn_slow", "slo.budget_left"]

    @Test func nothingAtAll() throws {
        var run = ReleaseRun()
        try run.poll(canary: [], stable: [])
        for name in Self.health { #expect(run.reading(name)?.isKnown == false, "\(name)") }
        #expect(run.reading("complete") == .bool(false))
        #expect(run.number("coverage") == 0)
        #expect(run.reading("samples")?.isKnown == false)
        #expect(run.output?.signals.map(\.name) == HealthScore.descriptor.signals.map(\.name))
    }

    @Test func aRunOfProviderErrorsIsFailedThroughout() throws {
        var run = ReleaseRun()
        for _ in 0..<30 {
            try run.poll(canary: [], stable: [], problems: ["Prometheus cannot be reached"])
            for name in Self.health { #expect(run.reading(name) == .failed("Prometheus cannot be reached"), "\(name)") }
            #expect(run.reading("complete") == .bool(false))
        }
    }

    @Test func aProviderErrorAfterHealthyWindowsIsNotHealthyEither() throws {
        var run = ReleaseRun()
        try run.poll(times: 20)
        try run.poll(canary: [], stable: [], problems: ["timed out"])
        for name in guiltySignals + ["score"] { #expect(run.reading(name) == .failed("timed out"), "\(name)") }
        #expect(run.reading("complete") == .bool(false))
        try run.poll()
        #expect(run.reading("errors.guilty") == .bool(false))
        #expect(run.reading("complete") == .bool(true))
    }

    @Test func noCanaryRequestsIsMissingAndNotFalse() throws {
        var run = ReleaseRun()
        try run.poll(times: 5, canary: [Shown(requests: 0)])
        #expect(run.reading("errors.guilty") == .missing("no canary requests yet"))
        #expect(run.reading("latency.guilty")?.isKnown == false)
        #expect(run.reading("slo.breached")?.isKnown == false)
        #expect(run.number("samples") == 0)
        #expect(try #require(run.number("coverage")) < 0.6)
    }

    @Test func vanishedDataBecomesMissingWithTheTime() throws {
        var run = ReleaseRun()
        try run.poll(times: 5)
        try run.poll(times: 10, canary: [], stable: [Shown(requests: 900)])
        #expect(run.reading("errors.guilty") == .missing("no canary requests since 09:00:50"))
        #expect(run.reading("score")?.isKnown == false)
        #expect(run.reading("complete") == .bool(false))
        #expect(run.evidence("complete")["reasons"]?.array?.contains("errors of canary has vanished") == true)
        #expect(run.number("samples") == 500)
    }

    @Test func oneVanishedPartMakesItIncomplete() throws {
        var run = ReleaseRun()
        try run.poll(times: 5)
        try run.poll(times: 10, canary: [Shown(pauses: nil)], stable: [Shown(requests: 900, pauses: nil)])
        #expect(run.reading("complete") == .bool(false))
        #expect(run.reading("gc.guilty")?.isKnown == false)
        #expect(run.reading("errors.guilty") == .bool(false))
    }

    @Test func vanishedStableDataIsMissingTooUnlessItIsGoneForGood() throws {
        var run = ReleaseRun()
        try run.poll(times: 5)
        try run.poll(times: 10, stable: [])
        #expect(run.reading("errors.guilty") == .missing("no stable requests since 09:00:50"))
        #expect(run.reading("scoreDrop")?.isKnown == false)
        try run.poll(stable: [], baking: true)
        #expect(run.reading("errors.guilty") == .bool(false))
        #expect(run.reading("complete") == .bool(true))
        #expect(run.reading("scoreDrop")?.isKnown == true)
    }

    @Test func whatIsProvenStaysProvenWithoutData() throws {
        var run = ReleaseRun()
        try run.poll(times: 6, canary: [Shown(errors: 20)])
        #expect(run.reading("errors.guilty") == .bool(true))
        try run.poll(times: 20, canary: [], stable: [])
        #expect(run.reading("errors.guilty") == .bool(true))
        try run.poll(canary: [], stable: [], problems: ["unreachable"])
        #expect(run.reading("errors.guilty") == .bool(true))
        // Worse days of stable take the wealth back, and not what it proved.
        try run.poll(times: 20, stable: [Shown(requests: 900, errors: 300)])
        let evidence = run.evidence("errors.guilty")
        #expect(try #require(evidence["logE"]?.number) < #require(evidence["threshold"]?.number))
        #expect(run.reading("errors.guilty") == .bool(true))
    }

    @Test func requestsWithoutAnErrorsMetricAreNotErrorFree() throws {
        var run = ReleaseRun()
        try run.poll(times: 5, canary: [Shown(errors: nil)])
        #expect(run.reading("errors.guilty")?.isKnown == false)
        #expect(run.reading("complete") == .bool(false))
    }

    @Test func brokenSamplesAreAProblem() throws {
        var run = ReleaseRun()
        try run.poll(times: 5)
        try run.poll(canary: [Shown(requests: -5, hasLatency: false)])
        #expect(run.reading("complete") == .bool(false))
        #expect(run.evidence("complete")["reasons"]?.array?.first?.string?.contains("1 samples were not finite") == true)
    }

    @Test func aStateOfAnotherVersionIsRefusedAndKept() throws {
        let input = EvaluationInput(
            release: "shop-1", service: "shop", configuration: [:], state: ["version": 99], arms: [], samples: [], logs: [], problems: [],
            windowStart: Timestamp(seconds: 0), windowEnd: Timestamp(seconds: 10), warmUp: .zero, mark: nil, baking: false)
        var run = ReleaseRun()
        try run.evaluate(input)
        #expect(run.reading("errors.guilty") == .failed("the stored state cannot be read: it is not of version 3"))
        #expect(run.state == ["version": 99])
    }
}
