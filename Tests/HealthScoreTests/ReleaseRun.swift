import Foundation
import HealthScore
import PluginKit
import ReleaseModel

/// What one instance shows in one window; nil is "no sample".
struct Shown {
    var requests: Double? = 100
    var errors: Double? = 0
    /// Latencies as counts per bucket of `ReleaseRun.edges` (the last one above all edges); nil spreads the requests as a healthy service would.
    var buckets: [Double]?
    var hasLatency = true
    var pauses: (count: Double, sum: Double)? = (1, 0.02)
    var megabytes: Double? = 100
    var processStart: Double? = ReleaseRun.origin - 3600
}

/// A release that is polled every ten seconds through the plugin's real entry, its state passed on as JSON text.
struct ReleaseRun {
    static let origin = 1_760_000_400.0
    static let edges: [Double] = [0.05, 0.1, 0.25, 0.5, 1, 2.5]

    var configuration: JSONValue = [:]
    var step = 10.0
    var warmUp = TimeSpan.zero
    var scale = 1.0
    private(set) var state: JSONValue?
    private(set) var output: EvaluationOutput?
    private(set) var windows = 0

    init(_ configuration: JSONValue = [:]) { self.configuration = configuration }

    /// The time at the end of the last window.
    var now: Double { Self.origin + Double(windows) * step }

    mutating func poll(
        canary: [Shown] = [Shown()], stable: [Shown] = [Shown(requests: 900)], problems: [String] = [], mark: Timestamp? = nil,
        baking: Bool = false,
        arms: [Arm] = [], more: [Sample] = []
    ) throws {
        windows += 1
        let end = now
        let samples = Self.samples(canary, Arm.canary, end, scale) + Self.samples(stable, Arm.stable, end, scale) + more
        let input = EvaluationInput(
            release: "shop-1", service: "shop", configuration: configuration, state: state, arms: arms, samples: samples, logs: [],
            problems: problems, windowStart: Timestamp(seconds: end - step), windowEnd: Timestamp(seconds: end), warmUp: warmUp, mark: mark,
            baking: baking)
        try evaluate(input)
    }

    mutating func evaluate(_ input: EvaluationInput) throws {
        let response = try HealthScore().evaluate(EvaluateRequest(inputs: [input]), CallContext(deadline: .now + .seconds(60)))
        output = response.outputs[0]
        state = try JSONValue(parsing: response.outputs[0].state.canonicalBytes)
    }

    mutating func poll(times: Int, canary: [Shown] = [Shown()], stable: [Shown] = [Shown(requests: 900)]) throws {
        for _ in 0..<times { try poll(canary: canary, stable: stable) }
    }

    func reading(_ name: String) -> SignalReading? { output?.signals.first { $0.name == name }?.reading }
    func sinceMark(_ name: String) -> SignalReading? { output?.sinceMark.first { $0.name == name }?.reading }
    func evidence(_ name: String) -> JSONValue { output?.signals.first { $0.name == name }?.evidence ?? .null }
    func number(_ name: String) -> Double? { if case .number(let value)? = reading(name) { value } else { nil } }

    static func samples(_ shown: [Shown], _ arm: String, _ end: Double, _ scale: Double) -> [Sample] {
        shown.enumerated().flatMap { index, one in samples(one, arm, "\(arm)-\(index)", end, scale) }
    }

    private static func samples(_ shown: Shown, _ arm: String, _ instance: String, _ end: Double, _ scale: Double) -> [Sample] {
        var samples: [Sample] = []
        func add(_ metric: String, _ value: SampleValue) {
            samples.append(Sample(metric: metric, arm: arm, instance: instance, time: Timestamp(seconds: end - 1), value: value))
        }
        if let requests = shown.requests {
            add(Metric.requests, .delta(requests))
            if shown.hasLatency {
                let counts = shown.buckets ?? [0.6, 0.25, 0.13, 0.02, 0, 0, 0].map { ($0 * requests).rounded() }
                var cumulative: [Double] = []
                for count in counts.dropLast() { cumulative.append((cumulative.last ?? 0) + count) }
                add(
                    Metric.latency,
                    .histogram(
                        edges: edges.map { $0 * scale }, cumulative: cumulative, count: counts.reduce(0, +), sum: requests * 0.08 * scale))
            }
        }
        if let errors = shown.errors { add(Metric.errors, .delta(errors)) }
        if let pauses = shown.pauses { add(Metric.gcPauses, .histogram(edges: [], cumulative: [], count: pauses.count, sum: pauses.sum)) }
        if let megabytes = shown.megabytes { add(Metric.memoryFloor, .gauge(megabytes * 1e6)) }
        if let start = shown.processStart { add(Metric.processStart, .gauge(start)) }
        return samples
    }
}

let guiltySignals = ["errors.guilty", "latency.guilty", "gc.guilty", "memory.guilty", "slo.breached"]
