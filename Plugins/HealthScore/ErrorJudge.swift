internal import ReleaseModel
internal import Statistics

/// Errors per request. Warm-up does not excuse an error.
struct ErrorJudge: Codable {
    private(set) var comparison = Comparison()
    /// Canary requests since the judgement began.
    private(set) var samples = 0.0
    /// Whether the requests metric was ever there, on any side.
    private(set) var knowsRequests = false

    mutating func take(_ window: PollWindow, _ settings: Settings) {
        var sums: [Side: (errors: Double, requests: Double)] = [:]
        for side in Side.allCases {
            knowsRequests = knowsRequests || window[side].contains { $0.requests != nil }
            let counted = window[side].filter { $0.requests != nil && $0.errors != nil }
            let requests = counted.reduce(0) { $0 + ($1.requests ?? 0) }
            sums[side] = (counted.reduce(0) { $0 + ($1.errors ?? 0) }, requests)
            if requests > 0 { comparison.freshness[side] = window.end }
        }
        samples += window.canary.reduce(0) { $0 + ($1.requests ?? 0) }
        let (canary, stable) = (sums[.canary] ?? (0, 0), sums[.stable] ?? (0, 0))
        if window.baking, stable.requests == 0 {
            comparison.take(
                canaryEvents: canary.errors, exposure: canary.requests, alpha: settings.alpha(.errors), settings, settings.errorTest)
        } else if canary.requests > 0 || stable.requests > 0 {
            comparison.take(
                RatePoll(
                    canaryEvents: canary.errors, canaryExposure: canary.requests, baselineEvents: stable.errors,
                    baselineExposure: stable.requests), slice: Self.slice(of: window.stable, exposure: canary.requests), settings.errorTest)
        }
    }

    /// The first instances of stable, in the order of their names, that together have at least the canary's requests; nil where that takes all of
    /// them. Bursts of single instances show in such a slice, while they average out over all.
    private static func slice(of stable: [InstanceFigures], exposure: Double) -> (events: Double, exposure: Double)? {
        var slice = (events: 0.0, exposure: 0.0)
        for instance in stable {
            guard let requests = instance.requests, let errors = instance.errors else { continue }
            if slice.exposure >= exposure { return slice }
            slice = (slice.events + errors, slice.exposure + requests)
        }
        return nil
    }

    func signal(_ moment: Moment, _ settings: Settings) -> Signal {
        comparison.signal(
            "errors.guilty", of: "requests", unit: "requests", alpha: settings.alpha(.errors), moment, settings, settings.errorTest)
    }

    func samplesSignal(_ moment: Moment) -> Signal {
        let reading: SignalReading =
            if knowsRequests { .figure(samples) } else {
                moment.problem.map { .failed($0) } ?? .missing("the requests metric was never seen")
            }
        return Signal(name: "samples", reading: reading, evidence: ["value": .figure(samples)])
    }
}
