internal import ReleaseModel
internal import Statistics

/// Slow requests per request: those above one edge of the histogram, which both arms must have. Counted, not interpolated, so that
/// the unit of the edges does not matter. Instances in warm-up are left out on both sides.
struct LatencyJudge: Codable {
    private(set) var comparison = Comparison()
    /// The edge in use, in seconds; chosen at the first window in which both arms have histograms, and kept.
    private var edge: Double?
    private var note: String?

    mutating func take(_ window: PollWindow, _ settings: Settings) {
        let canary = Self.merged(window.canary)
        let stable = Self.merged(window.stable)
        if edge == nil, let canary, let stable { choose(from: canary.merged(with: stable).edges, settings) }
        guard let edge else { return }
        let canarySlow = canary?.exceedances(above: edge)
        let stableSlow = stable?.exceedances(above: edge)
        if let canary, canary.count > 0, canarySlow != nil { comparison.freshness[.canary] = window.end }
        if let stable, stable.count > 0, stableSlow != nil { comparison.freshness[.stable] = window.end }
        guard let canary, let canarySlow else { return }
        if let stable, let stableSlow {
            comparison.take(
                RatePoll(
                    canaryEvents: canarySlow, canaryExposure: canary.count, baselineEvents: stableSlow, baselineExposure: stable.count),
                settings.rateTest)
        } else if window.baking {
            comparison.take(canaryEvents: canarySlow, exposure: canary.count, alpha: settings.alpha(.latency), settings, settings.rateTest)
        }
    }

    /// The smallest edge at or above the threshold; where there is none the largest of all.
    private mutating func choose(from edges: [Double], _ settings: Settings) {
        edge = edges.first { $0 >= settings.slowSeconds } ?? edges.last
        guard let edge else { return }
        note = edge >= settings.slowSeconds ? nil : "no edge at or above the threshold; the largest one is used"
    }

    /// The histograms of the warm instances of one arm together; nil without any.
    static func merged(_ instances: [InstanceFigures]) -> Histogram? {
        let histograms = instances.filter(\.isWarm).compactMap(\.latency)
        guard let first = histograms.first else { return nil }
        return histograms.dropFirst().reduce(first) { $0.merged(with: $1) }
    }

    func signal(_ moment: Moment, _ settings: Settings) -> Signal {
        var more: [String: JSONValue] = ["edgeSeconds": .figure(edge), "slowSeconds": .figure(settings.slowSeconds)]
        if let note { more["note"] = .string(note) }
        return comparison.signal(
            "latency.guilty", of: "request latencies past the warm-up", unit: "requests", alpha: settings.alpha(.latency), moment, settings,
            settings.rateTest,
            more: more)
    }
}
