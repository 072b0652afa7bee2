internal import ReleaseModel
internal import ServiceLevels
internal import Statistics

/// Good and bad requests of both arms by time, for all objectives that mean the same by bad.
struct IndicatorCounts: Codable {
    /// Edges that differ from the limit by less are the limit.
    private static let edgeTolerance = 1e-9

    /// Requests slower than this are bad; nil where errors are.
    let slowSeconds: Double?
    private(set) var windows = BurnWindows()
    /// The canary's since the judgement began.
    private(set) var total = BurnWindows.Counts()
    private(set) var freshness = Freshness()
    /// The edge in use, in seconds: the greatest at or below the limit, so that a slow request is never called good. Chosen at the first window with
    /// a histogram, and kept.
    private(set) var edge: Double?
    /// Stable's ratios over windows, by their length, as they were before it was gone for good.
    private var lastStable: [Kept] = []

    private struct Kept: Codable {
        var seconds: Double
        var ratio: Double
    }

    init(_ indicator: Objective.Indicator) { slowSeconds = indicator.slowSeconds }

    /// Takes one window.
    ///
    /// - Parameter lengths: the windows of the objectives' rules, in seconds.
    /// - Returns: what the window brought.
    mutating func take(_ window: PollWindow, lengths: [Double]) -> (canary: BurnWindows.Counts, stable: BurnWindows.Counts) {
        let (canary, stable) = (counts(window.canary), counts(window.stable))
        windows.add(canary: canary, stable: stable, at: window.end)
        total.requests += canary.requests
        total.errors += canary.errors
        if canary.requests > 0 { freshness[.canary] = window.end }
        if stable.requests > 0 { freshness[.stable] = window.end }
        if !window.baking {
            lastStable = lengths.compactMap { seconds in
                let stable = windows.sum(over: seconds, before: window.end).stable
                return quotient(stable.errors, stable.requests).map { Kept(seconds: seconds, ratio: $0) }
            }
        }
        return (canary, stable)
    }

    private mutating func counts(_ instances: [InstanceFigures]) -> BurnWindows.Counts {
        guard let slowSeconds else {
            return instances.filter { $0.requests != nil && $0.errors != nil }.reduce(into: BurnWindows.Counts()) {
                $0.requests += $1.requests ?? 0
                $0.errors += $1.errors ?? 0
            }
        }
        guard let latency = LatencyJudge.merged(instances) else { return BurnWindows.Counts() }
        if edge == nil { edge = latency.edges.last { $0 <= slowSeconds * (1 + Self.edgeTolerance) } }
        guard let slow = edge.flatMap({ latency.exceedances(above: $0) }) else { return BurnWindows.Counts() }
        return BurnWindows.Counts(requests: latency.count, errors: slow)
    }

    /// Stable's ratio of bad requests over a window; once it is gone, the last one that it had.
    func stableRatio(over seconds: Double, _ moment: Moment) -> Double? {
        let stable = windows.sum(over: seconds, before: moment.end).stable
        if let ratio = quotient(stable.errors, stable.requests) { return ratio }
        return moment.baking ? lastStable.first { $0.seconds == seconds }?.ratio : nil
    }

    /// What the indicator counts, for messages.
    var subject: String { slowSeconds == nil ? "requests" : "request latencies past the warm-up" }

    /// For the evidence: where bad begins, and at which edge it is counted.
    var evidence: JSONValue {
        guard let slowSeconds else { return ["bad": "errors"] }
        return ["bad": "slow", "slowSeconds": .figure(slowSeconds), "edgeSeconds": .figure(edge)]
    }
}

extension Objective.Indicator {
    /// nil for errors.
    var slowSeconds: Double? {
        switch self {
        case .errors: nil
        case .slower(let seconds): seconds
        }
    }
}
