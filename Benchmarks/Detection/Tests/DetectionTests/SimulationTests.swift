@testable import Detection
import Statistics
import Testing

@Suite struct SimulationTests {
    /// The floors of the reference, in canary requests.
    @Test(arguments: [
        (0.002, 0.004, 6797.0), (0.002, 0.006, 2071), (0.002, 0.01, 687), (0.002, 0.02, 211), (0.002, 0.05, 58), (0.01, 0.02, 1345),
    ])
    func floorsOfErrorRates(baseline: Double, canary: Double, expected: Double) {
        let floor = InformationFloor.canaryRequests(canary: canary, baseline: baseline, share: 0.1, alpha: 0.01)
        #expect(abs(floor - expected) < 0.6, "\(floor)")
    }

    @Test(arguments: [(1.1, 777.0), (1.25, 142), (1.5, 43.5), (2, 15.3)]) func floorsOfLatencies(factor: Double, expected: Double) {
        let traffic = LatencyTraffic(factor: factor)
        let floor = InformationFloor.canaryRequests(
            canary: traffic.canaryChances, baseline: traffic.baselineChances, share: 0.1, alpha: 0.01)
        #expect(abs(floor / expected - 1) < 0.005, "\(floor)")
    }

    @Test func drawsHaveTheirMoments() {
        var generator = SeededGenerator(seed: 4)
        var (sum, bursts, squares) = (0.0, 0.0, 0.0)
        let cells = [0.2, 0.5, 0.3]
        var seen = [0.0, 0, 0]
        for _ in 0..<4000 {
            sum += generator.binomial(100, 0.03)
            let burst = generator.gamma(shape: 4)
            bursts += burst
            squares += burst * burst
            for (index, count) in generator.multinomial(10, cells).enumerated() { seen[index] += count }
        }
        #expect(abs(sum / 4000 - 3) < 0.1)
        #expect(abs(bursts / 4000 - 1) < 0.03)
        #expect(abs(squares / 4000 - 1.25) < 0.08)
        for (index, chance) in cells.enumerated() { #expect(abs(seen[index] / 40_000 - chance) < 0.01) }
        #expect(seen.reduce(0, +) == 40_000)
    }

    /// A1 keeps its level, a z-test that is looked at every poll does not; and a run does not depend on the cores it is spread over.
    @Test func falseAlarmsAndTheSameSeed() async {
        let kinds = [JudgeKind("A1") { TidegateJudge(alpha: 0.05) }, JudgeKind("z") { PolledZTest() }]
        let traffic = Traffic(baseRate: 0.01, drift: 0.8)
        let column = await FalseAlarmColumn.simulate("drift", traffic, kinds, runs: 200, looks: 100, seed: 9)
        let again = await FalseAlarmColumn.simulate("drift", traffic, kinds, runs: 200, looks: 100, seed: 9)
        #expect(column.rate(0) <= 0.05)
        #expect(column.rate(1) > 0.05)
        #expect(column.rate(1) == again.rate(1))
        // Set to accuse as many as A1 does, the z-test does so.
        #expect(column.rate(1, threshold: column.threshold(1, rate: column.rate(0))) <= column.rate(0))
    }

    @Test func theReportIsWholeAsTextAndAsPicture() {
        var report = DetectionReport(alpha: 0.01, runs: 100, looks: 20, seed: 1)
        for judge in ["one", "another <judge>"] {
            report.peers.append(
                .init(
                    column: "1%, bursts CV 1", baseline: 0.01, canary: 0.02, judge: judge, tuning: .thisTraffic, falseAlarms: 0.003,
                    setting: 2,
                    canaryRequests: 1500, badRequests: 33,
                    missed: 0.5))
            report.falseAlarms.append(.init(column: "drifting", judge: judge, runs: 100, rate: 0.003))
        }
        let lines = report.text.split(separator: "\n")
        #expect(lines.contains { $0.hasPrefix("another <judge>") && $0.hasSuffix("0.0030") })
        #expect(report.svg.contains("33.0, 50% missed"))
        #expect(report.svg.contains("another &lt;judge&gt;"))
        #expect(report.svg.hasSuffix("</svg>\n"))
    }
}
