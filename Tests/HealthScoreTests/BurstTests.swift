import Foundation
import HealthScore
import ReleaseModel
import Testing

/// Errors that come in bursts, on both arms alike.
@Suite struct BurstTests {
    /// 40 windows of one canary and two stable instances; the rate of each arm is multiplied by an exponential variable in every window.
    private func run(_ bursts: String, seed: UInt64, canaryRate: Double = 0.02) throws -> ReleaseRun {
        var generator = SeededGenerator(seed: seed)
        var run = ReleaseRun(["bursts": .string(bursts), "falseRollback": 0.1])
        for _ in 0..<40 {
            func errors(_ requests: Int, _ rate: Double, _ factor: Double) -> Double {
                Double(generator.binomial(requests, min(0.4, rate * factor)))
            }
            let (own, other) = (-log(1 - generator.unit()), -log(1 - generator.unit()))
            try run.poll(
                canary: [Shown(errors: errors(100, canaryRate, own), pauses: nil, megabytes: nil)],
                stable: (0..<2).map { _ in Shown(requests: 450, errors: errors(450, 0.02, other), pauses: nil, megabytes: nil) })
        }
        return run
    }

    @Test func burstsDeceiveOnlyAnUnguardedTest() throws {
        var (robust, plain) = (0, 0)
        for seed in UInt64(1)...5 {
            robust += try run("expected", seed: seed).reading("errors.guilty") == .bool(true) ? 1 : 0
            robust += try run("measured", seed: seed).reading("errors.guilty") == .bool(true) ? 1 : 0
            plain += try run("absent", seed: seed).reading("errors.guilty") == .bool(true) ? 1 : 0
        }
        #expect(robust == 0)
        #expect(plain > 1)
    }

    @Test func aRegressionAmongBurstsIsFound() throws {
        #expect(try run("expected", seed: 3, canaryRate: 0.2).reading("errors.guilty") == .bool(true))
    }

    @Test func theCoefficientIsInTheEvidence() throws {
        let evidence = try run("measured", seed: 2).evidence("errors.guilty")
        let coefficient = try #require(evidence["bursts"]?["coefficient"]?.number)
        #expect(coefficient > 0.5 && coefficient < 2)
        #expect(evidence["bursts"]?["bursty"] == .bool(true))
        #expect(evidence["method"]?.string == "A1 less what bursts explain, A4 beside it")
        #expect(try #require(evidence["bursts"]?["penalty"]?.number) > 2)
        #expect(try #require(evidence["bursts"]?["explainedBy"]?.number) > 0.3)
        #expect(evidence["bursts"]?["shareOfA4"]?.number == 0.05)
    }

    @Test func withoutBurstsA1Decides() throws {
        var run = ReleaseRun()
        try run.poll(times: 10, stable: [Shown(requests: 450, errors: 5), Shown(requests: 450, errors: 4)])
        try run.poll(times: 6, canary: [Shown(errors: 6)], stable: [Shown(requests: 450, errors: 5), Shown(requests: 450, errors: 4)])
        let evidence = run.evidence("errors.guilty")
        #expect(run.reading("errors.guilty") == .bool(true))
        #expect(evidence["method"]?.string?.hasPrefix("A1") == true)
        #expect(evidence["bursts"]?["coefficient"]?.number == 0)
        #expect(run.evidence("latency.guilty")["method"]?.string == "A1x at every edge")
    }

    /// Stable's windows from before the release show that it has no bursts: a regression is found sooner.
    @Test func stablesPastMakesTheGuardCheap() throws {
        func polls(history: Bool) throws -> Int {
            var run = ReleaseRun()
            for poll in 1...40 {
                var before: [Sample] = []
                if history, poll == 2 {
                    for count in 1...20 {
                        let end = Timestamp(seconds: ReleaseRun.origin - Double(count) * 10)
                        for (metric, value) in [("requests.before", 900.0), ("errors.before", Double(7 + count % 5))] {
                            before.append(Sample(metric: metric, arm: Arm.stable, instance: "all", time: end, value: .delta(value)))
                        }
                    }
                }
                try run.poll(canary: [Shown(errors: 5)], stable: [Shown(requests: 900, errors: 9)], more: before)
                if run.reading("errors.guilty") == .bool(true) { return poll }
                #expect(run.number("samples") == Double(poll) * 100)
            }
            return 41
        }
        let (with, without) = try (polls(history: true), polls(history: false))
        #expect(with < without, "\(with) against \(without)")
    }
}
