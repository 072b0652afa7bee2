import Foundation
import HealthScore
import PluginKit
import ReleaseModel
import Testing

/// The formulas of the score, part by part, to the digit.
@Suite struct ScoreTests {
    private func part(_ run: ReleaseRun, _ name: String, _ arm: String = "canary") -> JSONValue? {
        run.evidence("score")[arm]?.array?.first { $0["part"]?.string == name }
    }

    /// 100 requests of which the 95th percentile lies exactly at an edge.
    private func p95(at index: Int) -> [Double] {
        var counts = [Double](repeating: 0, count: ReleaseRun.edges.count + 1)
        counts[index] = 95
        counts[counts.count - 1] = 5
        return counts
    }

    @Test func errorsAreALogisticCurveAroundOnePercent() throws {
        var run = ReleaseRun()
        try run.poll(canary: [Shown(requests: 1000, errors: 10)])
        #expect(part(run, "errors")?["score"]?.number == 50)
        var worse = ReleaseRun()
        try worse.poll(canary: [Shown(requests: 1000, errors: 15)])
        #expect(abs(try #require(part(worse, "errors")?["score"]?.number) - 100 / (1 + exp(4))) < 1e-9)
    }

    @Test func latencyIsMeasuredOnStablesScale() throws {
        // Stable's p95 is 0.5 s, so the scale is 1.5 s; classic keeps 0.5 s.
        var run = ReleaseRun()
        try run.poll(canary: [Shown(buckets: p95(at: 4))], stable: [Shown(buckets: p95(at: 3))])
        #expect(abs(try #require(part(run, "latency")?["score"]?.number) - 100.0 / 3) < 1e-9)
        #expect(abs(try #require(part(run, "latency", "stable")?["score"]?.number) - 200.0 / 3) < 1e-9)
        #expect(run.evidence("score")["latencyScaleSeconds"]?.number == 1.5)
        var classic = ReleaseRun(["formula": "classic"])
        try classic.poll(canary: [Shown(buckets: p95(at: 4))], stable: [Shown(buckets: p95(at: 3))])
        #expect(part(classic, "latency")?["score"]?.number == 0)
        var quick = ReleaseRun(["formula": "classic"])
        try quick.poll(canary: [Shown(buckets: p95(at: 2))])
        #expect(abs(try #require(part(quick, "latency")?["score"]?.number) - 50) < 1e-9)
    }

    @Test func theFirstLongPauseIsFreeAndEachHalvesInAMinute() throws {
        var run = ReleaseRun()
        try run.poll(canary: [Shown(pauses: (1, 0.3))])
        #expect(part(run, "gc")?["score"]?.number == 100)
        try run.poll(canary: [Shown(pauses: (2, 0.9))])
        // One pause ten seconds ago and two now.
        let weight = exp2(-10.0 / 60) + 2
        #expect(abs(try #require(part(run, "gc")?["score"]?.number) - 100 * exp2(-(weight - 1) / 2)) < 1e-9)
        try run.poll(times: 60, canary: [Shown(pauses: (0, 0))])
        #expect(part(run, "gc")?["score"]?.number == 100)
    }

    @Test func growthOfFifteenMegabytesAMinuteScoresFifty() throws {
        var run = ReleaseRun(["memory": ["block": "10s"]])
        for poll in 0..<8 { try run.poll(canary: [Shown(megabytes: 100 + Double(poll) * 2.5)]) }
        #expect(abs(try #require(part(run, "memory")?["score"]?.number) - 50) < 1e-6)
        #expect(part(run, "memory", "stable")?["score"]?.number == 100)
    }

    @Test func theScoreIsTheWeightedMeanOfWhatThereIs() throws {
        var run = ReleaseRun()
        try run.poll(
            canary: [Shown(requests: 1000, errors: 10, buckets: [950, 0, 0, 0, 0, 0, 50], pauses: nil, megabytes: nil)],
            stable: [Shown(requests: 900, pauses: nil, megabytes: nil)])
        // Errors 50, weight 30; latency p95 0.05 s, weight 40; nothing else was seen.
        let own = try #require(part(run, "latency")?["score"]?.number)
        #expect(abs(try #require(run.number("score")) - (own * 40 + 50 * 30) / 70) < 1e-9)
        #expect(run.number("coverage") == 0.7)
    }

    @Test func tooFewRequestsAreNoScore() throws {
        var run = ReleaseRun()
        try run.poll(canary: [Shown(requests: 10, pauses: nil, megabytes: nil)], stable: [Shown(requests: 900, pauses: nil)])
        #expect(run.reading("score")?.isKnown == false)
        #expect(run.number("coverage") == 0)
        // The requests are there all the same.
        #expect(run.reading("errors.guilty") == .bool(false))
    }

    @Test func theDropIsBoundedFromBelowMoreAndMoreSharply() throws {
        var run = ReleaseRun()
        let bad = Shown(errors: 10, buckets: p95(at: 5))
        try run.poll(canary: [bad])
        let early = try #require(run.number("scoreDrop.low"))
        try run.poll(times: 20, canary: [bad])
        let late = try #require(run.number("scoreDrop.low"))
        let drop = try #require(run.number("scoreDrop"))
        #expect(early < late)
        #expect(late > 10)
        #expect(late <= drop)
    }

    @Test func aServiceThatIsSlowByNatureIsNotPunished() throws {
        var run = ReleaseRun()
        try run.poll(times: 30, canary: [Shown(buckets: p95(at: 5))], stable: [Shown(buckets: p95(at: 5))])
        #expect(run.number("scoreDrop") == 0)
        #expect(try #require(run.number("scoreDrop.low")) <= 0)
        #expect(run.reading("latency.guilty") == .bool(false))
    }
}
