import Foundation
import PluginKit
import ReleaseController
import ReleaseModel

/// Generates what instances measure under the weights that are carried, and has the real plugins judge it.
struct TrafficSurroundings: Surroundings {
    /// Requests that a fault spoiled.
    struct Harm: Sendable {
        var failed = 0.0
        var slow = 0.0
        var canaryRequests = 0.0
    }

    let model: TrafficModel
    let scenario: SimulationScenario
    let evaluators: EvaluatorFleet
    let policy: Policy
    /// When the release is planned to be through.
    let plannedLength: TimeSpan
    private(set) var harm = Harm()
    /// When the fault began.
    private(set) var faultBegan: Timestamp?
    private var random: SeededRandom
    private var leaked: Double = 0
    /// Until when errors come often, where they come in bursts.
    private var burstUntil: [String: Timestamp] = [:]

    init(
        model: TrafficModel, scenario: SimulationScenario, evaluators: EvaluatorFleet, policy: Policy, plannedLength: TimeSpan, seed: UInt64
    ) {
        self.model = model
        self.scenario = scenario
        self.evaluators = evaluators
        self.policy = policy
        self.plannedLength = plannedLength
        random = SeededRandom(seed: seed)
    }

    func has(_ fault: SimulatedFault, at now: Timestamp) -> Bool {
        scenario.outages.contains { outage in
            let isMeant =
                switch (fault, outage.what) {
                case (.metrics, .metrics), (.apply, .dataPlane): true
                default: false
                }
            let begin = WorldTime.origin + plannedLength * outage.at
            return isMeant && now >= begin && now < begin + outage.length
        }
    }

    mutating func evaluate(_ call: EvaluatorCall, now: Timestamp) async -> EvaluatorAnswer { await evaluators.answer(call) }

    mutating func collect(_ request: CollectRequest, logs: LogQuery?, history: WorldHistory, now: Timestamp) -> CollectedWindow {
        guard let subject = request.subjects.first, !has(.metrics, at: now) else {
            return CollectedWindow(result: nil, queries: [], logs: [], problems: ["the metric store cannot be reached"])
        }
        let last = subject.state?["through"]?.string.flatMap(Timestamp.init(rfc3339:)) ?? WorldTime.origin
        let traffic = history.traffic(from: last, to: request.windowEnd)
        note(traffic.last?.weight ?? .zero, from: last)
        var measured: [Sample] = []
        let exposure = traffic.reduce(0.0) { $0 + $1.seconds * Double($1.weight.basisPoints) / 10_000 }
        let whole = (request.windowEnd - last).seconds
        for (arm, seconds) in [(Arm.stable, whole - exposure), (Arm.canary, exposure)] {
            measured += samples(of: arm, seconds: seconds, windowSeconds: whole, end: request.windowEnd)
        }
        if subject.state == nil { measured += past(before: last, length: whole) }
        let lines = logs.map { counts($0, exposure: exposure, whole: whole) } ?? []
        return CollectedWindow(
            result: CollectResult(
                release: subject.release, samples: measured, state: ["through": .string(request.windowEnd.description)]),
            queries: [], logs: lines, problems: [])
    }

    // MARK: - The fault

    private mutating func note(_ weight: Weight, from start: Timestamp) {
        guard faultBegan == nil, weight > .zero else { return }
        let last = policy.stages.last?.weight ?? .full
        switch scenario.onset {
        case .begin: faultBegan = start
        case .lastStage where weight >= last: faultBegan = start
        case .full where weight == .full: faultBegan = start
        default: break
        }
    }

    private func fault(of arm: String) -> SimulationScenario.CanaryFault {
        arm == Arm.canary && faultBegan != nil ? scenario.fault : .init()
    }

    // MARK: - Samples

    private mutating func samples(of arm: String, seconds: Double, windowSeconds: Double, end: Timestamp) -> [Sample] {
        var samples: [Sample] = []
        let fault = fault(of: arm)
        let share = seconds / Double(model.instances)
        if arm == Arm.canary { leaked += fault.leakMegabytesPerMinute * windowSeconds / 60 }
        for number in 1...model.instances {
            let instance = "\(arm)-\(number)"
            func add(_ metric: String, _ value: SampleValue) {
                samples.append(Sample(metric: metric, arm: arm, instance: instance, time: end, value: value))
            }
            // The canary's processes start with the release; the stable ones have long been running.
            let started = WorldTime.origin.seconds - (arm == Arm.canary ? 5 : 86_400)
            add(Metric.processStart, .gauge(started))
            let requests = random.poisson(model.requestsPerSecond * scenario.traffic * share)
            let usual = random.binomial(requests, errorRate(instance, windowSeconds, end))
            let added = random.binomial(requests - usual, fault.errorRate)
            add(Metric.requests, .delta(requests))
            add(Metric.errors, .delta(usual + added))
            let latency = latencies(requests, factor: fault.latencyFactor)
            add(Metric.latency, latency.value)
            add(Metric.gcPauses, pauses(windowSeconds, long: fault.longPausesPerMinute))
            let floor = TrafficModel.memoryFloor * (1 + 0.01 * random.normal()) + (arm == Arm.canary ? leaked * 1e6 : 0)
            add(Metric.memoryFloor, .gauge(floor))
            guard arm == Arm.canary else { continue }
            harm.canaryRequests += requests
            harm.failed += added
            if fault.latencyFactor > 1 { harm.slow += latency.slow }
        }
        return samples
    }

    /// Windows from before the release that PrometheusMetrics reads.
    private static let pastWindows = 20

    /// Stable's requests and errors before the release, as PrometheusMetrics tells them once.
    private mutating func past(before end: Timestamp, length: Double) -> [Sample] {
        (0..<Self.pastWindows).reversed().flatMap { count in
            let time = end + .seconds(-Double(count) * length)
            var (requests, errors) = (0.0, 0.0)
            for number in 1...model.instances {
                let own = random.poisson(model.requestsPerSecond * scenario.traffic * length / Double(model.instances))
                requests += own
                errors += random.binomial(own, errorRate("\(Arm.stable)-\(number)", length, time))
            }
            return [("requests.before", requests), ("errors.before", errors)].map { metric, sum in
                Sample(metric: metric, arm: Arm.stable, instance: "all", time: time, value: .delta(sum))
            }
        }
    }

    private mutating func errorRate(_ instance: String, _ seconds: Double, _ end: Timestamp) -> Double {
        guard scenario.errorsComeInBursts else { return model.errorRate }
        if let until = burstUntil[instance], until > end { return model.errorRate * 20 }
        // A burst in about one of thirty windows, of two windows.
        if random.unit() < 1.0 / 30 {
            burstUntil[instance] = end + .seconds(2 * seconds)
            return model.errorRate * 20
        }
        return model.errorRate * 0.4
    }

    private mutating func latencies(_ requests: Double, factor: Double) -> (value: SampleValue, slow: Double) {
        var cumulative: [Double] = []
        var left = requests
        var below = 0.0
        var sum = 0.0
        var lower = 0.0
        for edge in TrafficModel.latencyEdges {
            let share = model.share(within: edge, factor: factor)
            let count = random.binomial(left, below < 1 ? min(1, max(0, (share - below) / (1 - below))) : 1)
            left -= count
            below = share
            sum += count * (edge + lower) / 2
            lower = edge
            cumulative.append((cumulative.last ?? 0) + count)
        }
        let value = SampleValue.histogram(
            edges: TrafficModel.latencyEdges, cumulative: cumulative, count: requests, sum: sum + left * lower)
        let slowEdge = TrafficModel.latencyEdges.firstIndex(of: 0.5) ?? 0
        return (value, requests - cumulative[slowEdge])
    }

    private mutating func pauses(_ seconds: Double, long perMinute: Double) -> SampleValue {
        let short = random.poisson(TrafficModel.shortPausesPerMinute * seconds / 60)
        let long = random.poisson(perMinute * seconds / 60)
        let cumulative = TrafficModel.pauseEdges.map { edge in
            (edge >= 0.05 ? short : edge >= 0.01 ? (short / 2).rounded() : 0) + (edge >= 0.5 ? long : 0)
        }
        return .histogram(edges: TrafficModel.pauseEdges, cumulative: cumulative, count: short + long, sum: short * 0.02 + long * 0.35)
    }

    // MARK: - Logs

    /// Warnings of both arms as their traffic is, and the fault's exceptions.
    private mutating func counts(_ query: LogQuery, exposure: Double, whole: Double) -> [LogCount] {
        let length = 10.0
        var counts: [LogCount] = []
        let slots = max(1, Int((query.through - query.after).seconds / length))
        let canaryShare = whole > 0 ? exposure / whole : 0
        for slot in 0..<slots {
            let start = query.after + .seconds(Double(slot) * length)
            for (arm, share) in [(Arm.stable, 1 - canaryShare), (Arm.canary, canaryShare)] {
                func add(_ template: String, _ severity: LogSeverity, _ exception: String?, _ mean: Double) {
                    let count = Int(random.poisson(mean))
                    guard count > 0 else { return }
                    counts.append(
                        LogCount(
                            arm: arm, instance: "\(arm)-1", template: template, text: template, severity: severity,
                            exceptionClass: exception, count: count, windowStart: start))
                }
                let busy = model.requestsPerSecond * scenario.traffic * share * length
                add("request <*> took <*> ms", .info, nil, busy)
                add("cache miss for <*>", .warn, nil, TrafficModel.warningsPerSecond * length * share)
                let exceptions = fault(of: arm).exceptionsPerSecond * (arm == Arm.canary && share > 0 ? 1 : 0)
                add("java.lang.NullPointerException at <*>", .error, "NullPointerException", exceptions * length)
            }
        }
        return counts
    }
}
