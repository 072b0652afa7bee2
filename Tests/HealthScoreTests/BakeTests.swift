import HealthScore
import PluginKit
import ReleaseModel
import Testing

/// With all users on the new revision it is compared with itself before, and with the same time on previous days.
@Suite struct BakeTests {
    /// What PrometheusMetrics brings of previous days: requests with some errors, and latencies of which a share lies above 0.5 s.
    private func season(_ run: ReleaseRun, errorRates: [Double], slowShare: Double = 0) -> [Sample] {
        let time = Timestamp(seconds: run.now + run.step)
        return errorRates.enumerated().flatMap { index, rate -> [Sample] in
            func sample(_ metric: String, _ value: SampleValue) -> Sample {
                Sample(metric: metric, arm: Arm.stable, instance: "\(index + 1)d", time: time, value: value)
            }
            let fast = 10_000 * (1 - slowShare)
            return [
                sample("requests.season", .delta(10_000)), sample("errors.season", .delta(10_000 * rate)),
                sample(
                    "latency.season",
                    .histogram(
                        edges: ReleaseRun.edges, cumulative: [0.6, 0.85, 0.98, 1, 1, 1].map { ($0 * fast).rounded() }, count: 10_000, sum: 0
                    )),
            ]
        }
    }

    /// 30 windows with a control group, then as many at full weight, with what previous days tell in the first of them.
    private func bake(_ canary: Shown, season rates: [Double], slowShare: Double = 0) throws -> ReleaseRun {
        var run = ReleaseRun()
        try run.poll(times: 30, canary: [Shown(errors: 0)], stable: [Shown(requests: 900, errors: 1)])
        for window in 0..<20 {
            let days = window == 0 ? season(run, errorRates: rates, slowShare: slowShare) : []
            try run.poll(canary: [canary], stable: [], baking: true, more: days)
        }
        return run
    }

    private let night = Shown(requests: 1000, errors: 30)

    @Test func moreErrorsThanBeforeAndThanOnPreviousDaysAreGuilty() throws {
        let run = try bake(night, season: [0.001, 0.002, 0.001])
        #expect(run.reading("errors.guilty") == .bool(true))
        let references = try #require(run.evidence("errors.guilty")["comparedWith"]?.array)
        #expect(references.map { $0["with"]?.string } == ["stable and itself before full weight", "the same time on previous days"])
        #expect(references[1]["days"]?.number == 3)
        #expect(references[1]["rate"]?.number == 0.001)
        for reference in references {
            #expect(try #require(reference["rate"]?.number) < #require(reference["high"]?.number))
        }
        // What is before full weight is what both arms did.
        #expect(abs(try #require(references[0]["rate"]?.number) - 30.0 / 30_000) < 1e-12)
    }

    @Test func whatEveryNightBringsIsNoRegression() throws {
        #expect(try bake(night, season: []).reading("errors.guilty") == .bool(true))
        #expect(try bake(night, season: [0.03, 0.028, 0.033]).reading("errors.guilty") == .bool(false))
    }

    @Test func oneBadDayExcusesNothing() throws {
        #expect(try bake(night, season: [0.2, 0.001, 0.001]).reading("errors.guilty") == .bool(true))
    }

    @Test func latencyTooIsComparedWithPreviousDays() throws {
        let slow = Shown(requests: 1000, buckets: [420, 175, 91, 14, 200, 100, 0])
        #expect(try bake(slow, season: [0.001, 0.001, 0.001]).reading("latency.guilty") == .bool(true))
        let asEver = try bake(slow, season: [0.001, 0.001, 0.001], slowShare: 0.3)
        #expect(asEver.reading("latency.guilty") == .bool(false))
        #expect(asEver.evidence("latency.guilty")["comparedWith"]?.array?.count == 2)
    }

    @Test func previousDaysCountForNothingElse() throws {
        var run = ReleaseRun()
        try run.poll(times: 3)
        let before = run.number("samples")
        try run.poll(canary: [], stable: [], more: season(run, errorRates: [0.5]))
        #expect(run.number("samples") == before)
        #expect(run.reading("complete") == .bool(true))
        var broken = season(run, errorRates: [0.5])
        broken[0].value = .delta(.nan)
        try run.poll(more: broken)
        #expect(run.reading("complete") == .bool(false))
    }
}
