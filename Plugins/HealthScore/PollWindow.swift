internal import PluginKit
internal import ReleaseModel
internal import Statistics

/// What one instance measured in one window.
struct InstanceFigures {
    var name: String
    /// The arm that it belongs to: stable, canary or another one.
    var arm: String
    /// Past its warm-up for the whole window, and ready: it has served a request, where requests are measured. Otherwise its latency, GC and memory do
    /// not count.
    var isWarm = false
    /// When its process started, or where that is not known, when it was seen first; in seconds since 1970.
    var start = 0.0
    var restarted = false
    /// Whether this instance ever had a series of GC pauses.
    var hadPauses = false
    var requests: Double?
    var errors: Double?
    var latency: Histogram?
    var pauses: PauseGrowth?
    /// True where its runtime publishes no pauses at all.
    var hasUnmeasuredPauses = false
    /// Bytes and the time of the measurement in seconds. Runtimes show 0 before their first collection.
    var floor: (bytes: Double, time: Double)?
    var processStart: Double?
}

/// How often an instance paused for garbage collection.
struct PauseGrowth {
    var histogram: Histogram?
    var count: Double
    var sumSeconds: Double
}

/// All samples of one window, sorted by arm and instance, and checked.
struct PollWindow {
    let start: Double
    let end: Double
    let baking: Bool
    /// Why samples are missing or incomplete; nil when all is well.
    let problem: String?
    var canary: [InstanceFigures]
    var stable: [InstanceFigures]
    /// What the policy's own checks measured; they are of no instance.
    let checks: [Sample]
    /// The arms besides stable, sorted: those that the release has, and those that samples came from.
    let arms: [String]
    /// Stable's requests and errors in windows from before the release, oldest first.
    var history: [(errors: Double, requests: Double)]
    /// What the service did at this time of day on previous days, nearest first; empty where that was not asked now.
    let season: [SeasonDay]

    var seconds: Double { max(0, end - start) }

    /// Of all stable instances that have both.
    var stableCounts: (errors: Double, requests: Double) { Self.counts(stable) }

    init(_ input: EvaluationInput) {
        start = input.windowStart.seconds
        end = input.windowEnd.seconds
        baking = input.baking
        var broken = 0
        checks = input.samples.filter { $0.metric.hasPrefix(Metric.checkPrefix) }
        let measured = input.samples.filter { !$0.metric.hasPrefix(Metric.checkPrefix) }
        let named = input.arms.map(\.name).filter { $0 != Arm.stable }
        canary = Self.figures(measured.filter { $0.arm == Arm.canary }, named, &broken)
        stable = Self.figures(measured.filter { $0.arm == Arm.stable && !Self.ofOtherTimes.contains($0.metric) }, [Arm.stable], &broken)
        arms = Set(named).union(canary.map(\.arm)).sorted()
        history = Self.history(measured, &broken)
        season = SeasonDay.read(measured, &broken)
        let problems = input.problems + (broken > 0 ? ["\(broken) samples were not finite, negative or contradicted themselves"] : [])
        problem = problems.isEmpty ? nil : problems.joined(separator: "; ")
    }

    /// - Parameter arms: of this side. Instances of an arm that is neither stable nor canary have its name in front of theirs.
    private static func figures(_ samples: [Sample], _ arms: [String], _ broken: inout Int) -> [InstanceFigures] {
        let byInstance = Dictionary(grouping: samples, by: \.instance)
        return byInstance.keys.sorted().map { name in
            let own = arms.first { $0 != Arm.canary && name.hasPrefix("\($0)/") }
            var figures = InstanceFigures(name: name, arm: own ?? (arms == [Arm.stable] ? Arm.stable : Arm.canary))
            let ordered = (byInstance[name] ?? []).sorted { ($0.time, $0.metric) < ($1.time, $1.metric) }
            for sample in ordered where !take(sample, into: &figures) { broken += 1 }
            return figures
        }
    }

    /// What PrometheusMetrics calls stable's requests and errors in the windows before a release.
    private static let earlierRequests = "requests.before"
    private static let earlierErrors = "errors.before"
    private static let earlier = [earlierRequests, earlierErrors]
    static let ofOtherTimes = earlier + SeasonDay.metrics

    private static func history(_ samples: [Sample], _ broken: inout Int) -> [(errors: Double, requests: Double)] {
        var windows: [Timestamp: (errors: Double, requests: Double)] = [:]
        for sample in samples where sample.arm == Arm.stable && earlier.contains(sample.metric) {
            guard case .delta(let value) = sample.value, isCount(value) else {
                broken += 1
                continue
            }
            var window = windows[sample.time] ?? (0, 0)
            if sample.metric == earlierRequests { window.requests += value } else { window.errors += value }
            windows[sample.time] = window
        }
        return windows.keys.sorted().suffix(BurstExplanation.history).compactMap { windows[$0] }.filter { $0.requests > 0 }
    }

    /// False for a sample that makes no sense. A metric of the vocabulary in another shape makes none; other metrics are not ours.
    private static func take(_ sample: Sample, into figures: inout InstanceFigures) -> Bool {
        switch (sample.metric, sample.value) {
        case (Metric.requests, .delta(let value)) where isCount(value): figures.requests = (figures.requests ?? 0) + value
        case (Metric.errors, .delta(let value)) where isCount(value): figures.errors = (figures.errors ?? 0) + value
        case (Metric.latency, .histogram(let edges, let cumulative, let count, _)):
            guard let histogram = Histogram(edges: edges, cumulative: cumulative, count: count) else { return false }
            figures.latency = figures.latency.map { $0.merged(with: histogram) } ?? histogram
        case (Metric.gcPauses, .histogram(let edges, let cumulative, let count, let sum)):
            guard let histogram = Histogram(edges: edges, cumulative: cumulative, count: count), sum.isFinite, sum >= 0 else {
                return false
            }
            figures.pauses = PauseGrowth(histogram: edges.isEmpty ? nil : histogram, count: count, sumSeconds: sum)
        case (Metric.gcUnmeasured, .gauge): figures.hasUnmeasuredPauses = true
        case (Metric.memoryFloor, .gauge(let value)) where isCount(value): figures.floor = (value, sample.time.seconds)
        case (Metric.processStart, .gauge(let value)) where isCount(value): figures.processStart = value
        case (Metric.requests, _), (Metric.errors, _), (Metric.latency, _), (Metric.gcPauses, _), (Metric.memoryFloor, _),
            (Metric.processStart, _):
            return false
        default: break
        }
        return true
    }

    static func isCount(_ value: Double) -> Bool { value.isFinite && value >= 0 }
}

extension PollWindow {
    /// Errors and requests of the instances that have both.
    static func counts(_ instances: [InstanceFigures]) -> (errors: Double, requests: Double) {
        instances.reduce((0, 0)) { sum, instance in
            guard let requests = instance.requests, let errors = instance.errors else { return sum }
            return (sum.0 + errors, sum.1 + requests)
        }
    }

    /// Both arms, to do the same to each.
    subscript(_ side: Side) -> [InstanceFigures] {
        get { side == .canary ? canary : stable }
        set { if side == .canary { canary = newValue } else { stable = newValue } }
    }
}

enum Side: String, Codable, CaseIterable {
    case canary, stable
}
