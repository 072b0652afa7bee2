/// One measurement of one instance over one poll window.
public struct Sample: Sendable, Hashable, Codable {
    /// A metric of the built-in vocabulary (`Metric`), or a name that policy and plugins agree on.
    public var metric: String
    public var arm: String
    public var instance: String
    /// When the newest raw point in it was taken.
    public var time: Timestamp
    public var value: SampleValue

    public init(metric: String, arm: String, instance: String, time: Timestamp, value: SampleValue) {
        self.metric = metric
        self.arm = arm
        self.instance = instance
        self.time = time
        self.value = value
    }
}

public enum SampleValue: Sendable, Hashable, Codable {
    /// How much a counter grew in the window: exact, resets accounted for, never extrapolated.
    case delta(Double)
    /// A value at a time.
    case gauge(Double)
    /// How much a classic histogram grew: `cumulative[i]` observations were at most `edges[i]`; `count` includes those above the last edge.
    case histogram(edges: [Double], cumulative: [Double], count: Double, sum: Double)
}

/// Names of the metrics that the shipped plugins exchange.
public enum Metric {
    /// Requests finished (delta).
    public static let requests = "requests"
    /// Requests that the policy counts as errors (delta).
    public static let errors = "errors"
    /// Request latency in seconds (histogram).
    public static let latency = "latency"
    /// Garbage collection pauses in seconds (histogram; without edges where the runtime has none).
    public static let gcPauses = "gc.pauses"
    /// 1 for an instance whose runtime collects garbage and publishes no pauses (gauge): there is nothing to judge, and nothing is missing.
    public static let gcUnmeasured = "gc.unmeasured"
    /// Bytes that survive a collection (gauge).
    public static let memoryFloor = "memory.floor"
    /// Start time of the process in seconds since 1970 (gauge).
    public static let processStart = "process.start"

    /// What probes saw of an arm, under names of their own, so that they never mix with what users saw: asked, failed (deltas) and
    /// latency in seconds (histogram).
    public static let probeRequests = "probe.requests"
    public static let probeErrors = "probe.errors"
    public static let probeLatency = "probe.latency"

    /// What a check of the policy's own measured (gauge); one sample for each value that its query gave.
    public static func check(_ name: String) -> String { checkPrefix + name }
    /// 1 where the newest measurement of a check brought no answer (gauge).
    public static func unansweredCheck(_ name: String) -> String { check(name) + ".unanswered" }
    /// 1 while a check is not due for the first time (gauge).
    public static func waitingCheck(_ name: String) -> String { check(name) + ".waiting" }
    public static let checkPrefix = "check."

    /// A quantile that an instance computed itself (gauge), such as `latency.quantile.0.99`. It can be shown and not added up or tested:
    /// weaker than a histogram.
    public static func quantile(_ quantile: Double, of metric: String) -> String { "\(metric).quantile.\(quantile)" }
}
