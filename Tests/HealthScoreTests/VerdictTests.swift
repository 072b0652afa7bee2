import HealthScore
import PluginKit
import ReleaseModel
import Testing

/// Each fault is found by its own signal, and the others stay innocent.
@Suite struct VerdictTests {
    private static let fastMemory: JSONValue = ["memory": ["block": "20s", "limit": 5]]

    private func guilty(_ run: ReleaseRun) -> [String] { guiltySignals.filter { run.reading($0) == .bool(true) } }

    @Test func aHealthyCanaryIsInnocentAndComplete() throws {
        var run = ReleaseRun(Self.fastMemory)
        try run.poll(times: 30)
        for name in guiltySignals { #expect(run.reading(name) == .bool(false), "\(name)") }
        #expect(run.reading("complete") == .bool(true))
        #expect(run.number("coverage") == 1)
        #expect(run.number("samples") == 3000)
        #expect(try #require(run.number("score")) > 75)
        #expect(abs(try #require(run.number("scoreDrop"))) < 1e-9)
        #expect(try #require(run.number("scoreDrop.low")) <= 0)
        #expect(run.number("slo.burn_fast") == 0)
        #expect(run.number("slo.budget_left") == 1)
    }

    @Test func errors() throws {
        var run = ReleaseRun(Self.fastMemory)
        try run.poll(times: 10)
        try run.poll(times: 6, canary: [Shown(errors: 5)], stable: [Shown(requests: 900, errors: 1)])
        #expect(run.reading("errors.guilty") == .bool(true))
        #expect(guilty(run).filter { $0 != "slo.breached" } == ["errors.guilty"])
        let evidence = run.evidence("errors.guilty")
        #expect(evidence["canary"]?["events"]?.number == 30)
        #expect(evidence["stable"]?["exposure"]?.number == 14400)
        #expect(try #require(evidence["peakLogE"]?.number) >= #require(evidence["threshold"]?.number))
    }

    @Test func slowRequests() throws {
        var run = ReleaseRun(Self.fastMemory)
        try run.poll(times: 10)
        try run.poll(times: 4, canary: [Shown(buckets: [10, 10, 10, 10, 40, 20, 0])])
        #expect(guilty(run) == ["latency.guilty"])
        let edges = try #require(run.evidence("latency.guilty")["edges"]?.array)
        #expect(edges.compactMap { $0["seconds"]?.number } == ReleaseRun.edges)
        #expect(try #require(run.evidence("latency.guilty")["edgeSeconds"]?.number) <= 0.5)
        let quantiles = try #require(run.evidence("latency.guilty")["quantiles"]?.array)
        #expect(quantiles.compactMap { $0["p"]?.number } == [0.5, 0.95, 0.99])
        for arm in ["canary", "stable"] {
            let p95 = try #require(quantiles[1][arm])
            let (low, value) = (try #require(p95["low"]?.number), try #require(p95["seconds"]?.number))
            #expect(low <= value && value <= p95["high"]?.number ?? .infinity)
        }
        #expect(quantiles[1]["stable"]?["high"]?.number == 0.25)
    }

    @Test func longPauses() throws {
        var run = ReleaseRun(Self.fastMemory)
        try run.poll(times: 10)
        try run.poll(times: 6, canary: [Shown(pauses: (3, 1.5))])
        #expect(guilty(run) == ["gc.guilty"])
        #expect(run.evidence("gc.guilty")["counting"]?.string?.hasPrefix("bounded by min") == true)
        #expect(run.evidence("gc.guilty")["canary"]?["exposure"]?.number == 160)
    }

    @Test func aLeak() throws {
        var run = ReleaseRun(Self.fastMemory)
        for poll in 0..<40 {
            let sawTooth = Double(poll % 3) * 4
            try run.poll(
                canary: [Shown(megabytes: 100 + Double(poll) * 2 + sawTooth)], stable: [Shown(requests: 900, megabytes: 100 + sawTooth)])
        }
        #expect(guilty(run) == ["memory.guilty"])
        let slope = try #require(run.evidence("memory.guilty")["proof"]?["slope"]?.number)
        #expect(abs(slope - 12) < 1)
    }

    @Test func beforeTheFirstCollectionTheFloorIsUnknownAndNobodyGuilty() throws {
        var run = ReleaseRun(Self.fastMemory)
        try run.poll(times: 20, canary: [Shown(megabytes: 0)], stable: [Shown(requests: 900, megabytes: 0)])
        #expect(run.reading("memory.guilty") == .bool(false))
        #expect(run.reading("complete") == .bool(true))
        #expect(run.number("coverage") == 0.85)
        // The first collection shows where the floor is; that is no growth.
        try run.poll(times: 20, canary: [Shown(megabytes: 400)], stable: [Shown(requests: 900, megabytes: 100)])
        #expect(run.reading("memory.guilty") == .bool(false))
    }

    @Test func aSawToothWithoutALeakIsInnocent() throws {
        var run = ReleaseRun(Self.fastMemory)
        for poll in 0..<60 {
            let high = Shown(megabytes: 100 + Double(poll * 7 % 11) * 9)
            try run.poll(canary: [high], stable: [Shown(requests: 900, megabytes: 100 + Double(poll * 5 % 13) * 8)])
            #expect(run.reading("memory.guilty") == .bool(false))
        }
    }

    @Test func oneLeakingCanaryAmongManyIsFound() throws {
        var run = ReleaseRun(Self.fastMemory)
        for poll in 0..<40 {
            let leaking = Shown(megabytes: 100 + Double(poll) * 3)
            try run.poll(
                canary: [Shown(), leaking, Shown()], stable: (0..<20).map { Shown(requests: 45, megabytes: 90 + Double($0)) })
        }
        #expect(run.reading("memory.guilty") == .bool(true))
        #expect(run.evidence("memory.guilty")["proof"]?["instance"]?.string == "canary-1")
    }

    @Test func aRestartStartsANewMemorySeries() throws {
        var run = ReleaseRun(Self.fastMemory)
        // 60 MB/min on each process, but none lives for long enough to show it.
        for poll in 0..<60 {
            let life = Double(poll / 8)
            let canary = Shown(megabytes: 100 + Double(poll) * 10, processStart: ReleaseRun.origin - 3600 + life * 100)
            try run.poll(canary: [canary])
            #expect(run.reading("memory.guilty") == .bool(false))
        }
    }

    @Test func pausesAreCountedFromAnEdgeWhereThereIsOne() throws {
        var run = ReleaseRun()
        let end = Timestamp(seconds: run.now + 10)
        let canary: SampleValue = .histogram(edges: [0.1, 0.25], cumulative: [1, 2], count: 6, sum: 100)
        let stable: SampleValue = .histogram(edges: [0.1, 0.25], cumulative: [0, 0], count: 0, sum: 0)
        try run.evaluate(
            EvaluationInput(
                release: "shop-1", service: "shop", configuration: [:], state: nil, arms: [],
                samples: [
                    Sample(metric: Metric.gcPauses, arm: Arm.canary, instance: "c", time: end, value: canary),
                    Sample(metric: Metric.gcPauses, arm: Arm.stable, instance: "s", time: end, value: stable),
                ], logs: [], problems: [], windowStart: Timestamp(seconds: run.now), windowEnd: end, warmUp: .zero, mark: nil, baking: false
            ))
        #expect(run.evidence("gc.guilty")["canary"]?["events"]?.number == 4)
        #expect(run.evidence("gc.guilty")["counting"]?.string == "counted above the histogram edge 0.25 s")
    }

    @Test func anArmThatNeverPausedStandsBesideOneThatDoes() throws {
        var run = ReleaseRun()
        try run.poll(times: 10, canary: [Shown(pauses: (4, 3))], stable: [Shown(requests: 900, pauses: nil)])
        #expect(run.reading("gc.guilty") == .bool(true))
    }
}
