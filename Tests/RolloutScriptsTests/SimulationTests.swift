import HealthScore
import PluginKit
import ReleaseModel
import Testing

@testable import RolloutScripts

/// Policies run against generated traffic; short ones, so that a run takes a moment.
@Suite struct SimulationTests {
    private static let policy = """
        policy
          stages: [{weight: 10%, for: 1m, samples: 100}, {weight: 50%, for: 1m}]
          warmUp: 10s
          bake: 1m
          health: {window: 30s, stale: 30s}
          tree:
            - {name: canary is worse, if: 'errors.guilty or latency.guilty', then: rollback}
            - {name: too little to say, if: 'coverage < 0.3', then: hold}
            - {name: all good, then: advance}
        start
        run to 1m
        state at 1m progressing
        """

    private static func run(_ name: String, seed: UInt64, rate: Double = 200) async throws -> SimulationRun {
        let signals = HealthScore.descriptor.signals
        var policy = try ScriptParser.parse(policy, name: "policy").resolvedPolicy(signals: signals) { _ in .init(text: "", file: "") }
        policy.logs = nil
        let member = EvaluatorFleet.Member(
            use: PluginUse(plugin: "HealthScore", configuration: policy.health.configuration), version: "1", sha256: "", signals: signals
        ) { try HealthScore().evaluate($0, CallContext(deadline: .now + .seconds(60))) }
        let scenario = try #require(SimulationScenario.all.first { $0.name == name })
        return try await SimulationRun.run(
            policy, evaluators: EvaluatorFleet([member]), scenario: scenario, model: TrafficModel(requestsPerSecond: rate), seed: seed,
            answers: .seconds(10))
    }

    @Test func aHealthyReleaseIsPromoted() async throws {
        for seed in UInt64(1)...3 {
            let run = try await Self.run("healthy", seed: seed)
            #expect(run.end == .promoted, "\(run)")
            #expect(run.badRequests == 0 && run.canaryRequests > 1000)
        }
    }

    @Test(arguments: ["errors", "latency", "late-errors"]) func aFaultIsRolledBackAndItsPriceIsTold(scenario: String) async throws {
        let run = try await Self.run(scenario, seed: 7)
        #expect(run.end == .rolledBack && run.because == "canary is worse", "\(run)")
        let delay = try #require(run.delay)
        #expect(delay > .zero && delay < .seconds(120))
        #expect(run.badRequests > 0 && run.badRequests < run.canaryRequests)
    }

    @Test func theMetricStoreBeingAwayNeitherAdvancesNorRollsBack() async throws {
        let away = try await Self.run("outage", seed: 3)
        let healthy = try await Self.run("healthy", seed: 3)
        #expect(away.end != .rolledBack)
        #expect(away.length > healthy.length + .seconds(120), "it grew no further while nothing was measured: \(away.length)")
    }

    @Test func theSameSeedGivesTheSameRun() async throws {
        let runs = [try await Self.run("errors", seed: 11), try await Self.run("errors", seed: 11), try await Self.run("errors", seed: 12)]
        #expect(runs[0].badRequests == runs[1].badRequests && runs[0].delay == runs[1].delay)
        #expect(runs[0].canaryRequests != runs[2].canaryRequests)
    }

    @Test func theReportCountsWhatIsUnwanted() throws {
        let scenario = try #require(SimulationScenario.all.first { $0.name == "errors" })
        func run(_ end: SimulationRun.End, _ seed: UInt64, delay: Double?) -> SimulationRun {
            SimulationRun(
                seed: seed, end: end, length: .seconds(60), delay: delay.map(TimeSpan.seconds), badRequests: 10, canaryRequests: 100,
                asked: 1, because: "x")
        }
        let report = ScenarioReport(
            scenario,
            [run(.rolledBack, 1, delay: 5), run(.rolledBack, 2, delay: 25), run(.rolledBack, 3, delay: 15), run(.promoted, 4, delay: nil)])
        #expect(report.rolledBack == 3 && report.promoted == 1 && report.unwanted == 1 && report.unwantedSeeds == [4])
        #expect(report.medianDelay == .seconds(15) && report.slowestDelay == .seconds(25))
        #expect(report.badShare == 0.1 && report.meanBadRequests == 10)
    }

    /// Means and spreads of what is drawn are those of the distributions.
    @Test func countsAreDrawnFromTheirDistributions() {
        var random = SeededRandom(seed: 5)
        for mean in [0.3, 4.0, 30, 900] {
            let draws = (0..<4000).map { _ in random.poisson(mean) }
            let average = draws.reduce(0, +) / 4000
            #expect(abs(average - mean) < 5 * (mean / 4000).squareRoot() + 0.01, "Poisson \(mean): \(average)")
        }
        for (trials, chance) in [(20.0, 0.1), (500, 0.9), (10_000, 0.3), (1e6, 1e-6)] {
            let draws = (0..<4000).map { _ in random.binomial(trials, chance) }
            let average = draws.reduce(0, +) / 4000
            let spread = (trials * chance * (1 - chance) / 4000).squareRoot()
            #expect(abs(average - trials * chance) < 5 * spread + 0.01, "binomial \(trials) \(chance): \(average)")
            #expect(draws.allSatisfy { $0 >= 0 && $0 <= trials })
        }
    }
}
