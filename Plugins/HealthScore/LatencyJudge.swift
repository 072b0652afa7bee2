internal import ReleaseModel
internal import Statistics

/// Latencies, arm by arm, at every edge of the histograms. Instances in warm-up are left out on both sides.
struct LatencyJudge: Codable {
    private(set) var arms = ArmFamily<LatencyComparison>()
    /// As it was last told.
    private var season: [SeasonDay]?

    mutating func take(_ window: PollWindow, _ settings: Settings) {
        if !window.season.isEmpty { season = window.season }
        let stable = Self.merged(window.stable).flatMap { $0.count > 0 && !$0.edges.isEmpty ? $0 : nil }
        if stable != nil { arms.freshness[.stable] = window.end }
        for arm in window.arms {
            guard let canary = Self.merged(window.canary.filter { $0.arm == arm }), canary.count > 0, !canary.edges.isEmpty else {
                continue
            }
            arms.freshness[.canary] = window.end
            arms.update(arm) { comparison in
                if let stable {
                    comparison.take(canary, stable, settings)
                } else if window.baking {
                    comparison.take(
                        baking: canary, season: season ?? [], alpha: settings.alpha(.latency) / Double(window.arms.count), settings)
                }
            }
        }
        arms.settle(alpha: settings.alpha(.latency), arms: window.arms.count)
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
        // Histograms without a common edge cannot be compared, however fresh they are.
        let noEdge: SignalReading? =
            arms.members.contains { $0.comparison.hasEdges } ? nil : .missing("the arms' histograms have no edge in common")
        return arms.signal(
            "latency.guilty", of: "request latencies past the warm-up", alpha: settings.alpha(.latency), moment, obstacle: noEdge
        ) { comparison in
            var evidence = comparison.evidence(moment, settings)
            evidence["quantiles"] = .array(
                Self.shownQuantiles.map { Self.quantile($0, canary, stable, alpha: settings.alpha(.latency)) })
            return evidence
        }
    }
}
