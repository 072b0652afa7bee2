import Foundation
import HealthScore
import PluginKit
import PrometheusMetrics
import ReleaseModel

/// What a fleet of releases costs each tick: queries at the metric store, and processor time for each release.
enum FleetBenchmark {
    static let releases = 5000
    /// Releases that a controller visits at the same time, and so the subjects of one call.
    static let perCall = 64
    /// Ticks until the fleet is known: one to see who comes, one to see when.
    static let learningTicks = 2

    // MARK: - Queries

    /// Queries of one tick for one release and for the fleet, counted where they arrive.
    static func queries(rounds: Int) throws -> BenchmarkResult {
        let store = try FleetStore()
        defer { store.stop() }
        let (fleet, single) = (try ticks(store, releases: releases, rounds), try ticks(store, releases: 1, rounds))
        return BenchmarkResult(
            "Queries of one tick at Prometheus: \(releases) releases that share six metrics, \(perCall) to a call", unit: "queries",
            series: [("\(releases) releases", fleet, nil), ("one release", single, 1)], notices: [])
    }

    /// The queries of each tick after those in which the fleet is learned.
    private static func ticks(_ store: FleetStore, releases: Int, _ rounds: Int) throws -> [Double] {
        let plugin = PrometheusMetrics()
        var states = [JSONValue?](repeating: nil, count: releases)
        var queries: [Double] = []
        for tick in 0..<(learningTicks + rounds) {
            let before = store.queries
            for first in stride(from: 0, to: releases, by: perCall) {
                let numbers = first..<min(first + perCall, releases)
                let subjects = numbers.map { FleetStore.subject($0, state: states[$0]) }
                let response = try plugin.collect(
                    CollectRequest(
                        configuration: ["url": .string(store.url), "timeout": "30s", "maximumSeries": 50_000],
                        windowEnd: FleetStore.begin + .seconds(Double(tick) * 10), subjects: subjects),
                    CallContext(deadline: .now + .seconds(120)))
                if let problem = response.results.compactMap(\.problem).first { throw FleetStore.Failure(reason: problem) }
                for (number, result) in zip(numbers, response.results) { states[number] = result.state }
            }
            if tick >= learningTicks { queries.append(Double(store.queries - before)) }
        }
        return queries
    }

    // MARK: - Evaluation

    /// Microseconds of processor time for one window of one release, with one canary and twenty stable instances and an hour of state; beside reading and
    /// writing that state as JSON, which a plugin cannot do without.
    static func evaluation(rounds: Int) throws -> BenchmarkResult {
        let plugin = HealthScore()
        var state: JSONValue?
        let hour = 360
        for window in 0..<hour { state = try evaluate(plugin, window, state).state }
        guard let state else { throw FleetStore.Failure(reason: "no state") }
        let bytes = state.canonicalBytes
        let count = 50
        let samples = try PairedRounds.samples(
            rounds: rounds,
            of: [
                {
                    try ProcessorTime.perEvaluation(count) { for _ in 0..<count { _ = try evaluate(plugin, hour, state) } } / 1000
                },
                {
                    try ProcessorTime.perEvaluation(count) {
                        for _ in 0..<count { _ = try JSONValue(parsing: bytes).canonicalBytes }
                    } / 1000
                },
            ])
        return BenchmarkResult(
            "Evaluation of one window of one release: 21 instances, \(bytes.count / 1024) KiB of state",
            unit: "us of processor time",
            series: [("HealthScore", samples[0], nil), ("its state, read and written as JSON", samples[1], nil)],
            notices: [])
    }

    private static func evaluate(_ plugin: HealthScore, _ window: Int, _ state: JSONValue?) throws -> EvaluationOutput {
        let end = FleetStore.begin + .seconds(Double(window) * 10)
        let samples =
            FleetSamples.instance(Arm.canary, "canary-0", window, end)
            + (0..<20).flatMap { FleetSamples.instance(Arm.stable, "stable-\($0)", window, end) }
        let input = EvaluationInput(
            release: "shop-1", service: "shop", configuration: [:], state: state, arms: [], samples: samples, logs: [], problems: [],
            windowStart: end - .seconds(10), windowEnd: end, warmUp: .zero, mark: nil, baking: false)
        let outputs = try plugin.evaluate(EvaluateRequest(inputs: [input]), CallContext(deadline: .now + .seconds(60))).outputs
        guard let output = outputs.first else { throw FleetStore.Failure(reason: "no output") }
        return output
    }
}
