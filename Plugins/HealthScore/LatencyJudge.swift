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

    private static let shownQuantiles = [0.5, 0.95, 0.99]

    /// A quantile of both arms in seconds, each with bounds that hold at all times at once with chance 1 - alpha: edges of the histogram, `high` null where
    /// it may lie above the last one.
    private static func quantile(_ p: Double, _ canary: Histogram?, _ stable: Histogram?, alpha: Double) -> JSONValue {
        func arm(_ histogram: Histogram?) -> JSONValue {
            guard let histogram, let quantile = histogram.quantile(p) else { return .null }
            let bounds = histogram.quantileBounds(p, alpha: alpha)
            return [
                "seconds": .figure(quantile.value), "low": .figure(bounds.lower), "high": .figure(bounds.upper),
                "count": .figure(histogram.count),
            ]
        }
        return ["p": .figure(p), "canary": arm(canary), "stable": arm(stable)]
    }

    /// The histograms of the warm instances of one arm together; nil without any.
    static func merged(_ instances: [InstanceFigures]) -> Histogram? {
        let histograms = instances.filter(\.isWarm).compactMap(\.latency)
        guard let first = histograms.first else { return nil }
        return histograms.dropFirst().reduce(first) { $0.merged(with: $1) }
    }

    /// `canary` and `stable` are all latencies since the judgement began, for the quantiles that people read.
    func signal(_ moment: Moment, _ settings: Settings, canary: Histogram?, stable: Histogram?) -> Signal {
        var more: [String: JSONValue] = [
            "edgeSeconds": .figure(edge), "slowSeconds": .figure(settings.slowSeconds),
            "quantiles": .array(Self.shownQuantiles.map { Self.quantile($0, canary, stable, alpha: settings.alpha(.latency)) }),
        ]
        if let note { more["note"] = .string(note) }
        return comparison.signal(
            "latency.guilty", of: "request latencies past the warm-up", unit: "requests", alpha: settings.alpha(.latency), moment, settings,
            settings.rateTest,
            more: more)
    }
}
