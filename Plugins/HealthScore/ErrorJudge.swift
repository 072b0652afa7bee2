internal import ReleaseModel
internal import Statistics

/// Errors per request, arm by arm. Warm-up does not excuse an error.
struct ErrorJudge: Codable {
    private(set) var arms = ArmFamily<Comparison>()
    /// Canary requests since the judgement began.
    private(set) var samples = 0.0
    /// As it was last told.
    private var season: [SeasonDay]?
    /// Whether the requests metric was ever there, on any side.
    private(set) var knowsRequests = false

    mutating func take(_ window: PollWindow, _ settings: Settings) {
        for side in Side.allCases {
            knowsRequests = knowsRequests || window[side].contains { $0.requests != nil }
            if PollWindow.counts(window[side]).requests > 0 { arms.freshness[side] = window.end }
        }
        if !window.season.isEmpty { season = window.season.map { SeasonDay(errors: $0.errors, requests: $0.requests) } }
        samples += window.canary.reduce(0) { $0 + ($1.requests ?? 0) }
        let stable = window.stableCounts
        let test = settings.errorTest(arms: window.arms.count)
        for arm in window.arms {
            let canary = PollWindow.counts(window.canary.filter { $0.arm == arm })
            let slice = Self.slice(of: window.stable, exposure: canary.requests)
            arms.update(arm) { comparison in
                for earlier in window.history where earlier.requests > 0 {
                    comparison.take(stableEvents: earlier.errors, exposure: earlier.requests, test)
                }
                if window.baking, stable.requests == 0 {
                    comparison.take(
                        canaryEvents: canary.errors, exposure: canary.requests, season: season ?? [],
                        alpha: settings.alpha(.errors) / Double(window.arms.count),
                        settings, test)
                } else if canary.requests > 0 || stable.requests > 0 {
                    comparison.take(
                        RatePoll(
                            canaryEvents: canary.errors, canaryExposure: canary.requests, baselineEvents: stable.errors,
                            baselineExposure: stable.requests), slice: slice, test)
                }
            }
        }
        arms.settle(alpha: settings.alpha(.errors), arms: window.arms.count)
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
        arms.signal("errors.guilty", of: "requests", alpha: settings.alpha(.errors), moment) {
            $0.evidence(unit: "requests", moment, settings, settings.errorTest(arms: arms.members.count))
        }
    }

    func samplesSignal(_ moment: Moment) -> Signal {
        let reading: SignalReading =
            if knowsRequests { .figure(samples) } else {
                moment.problem.map { .failed($0) } ?? .missing("the requests metric was never seen")
            }
        return Signal(name: "samples", reading: reading, evidence: ["value": .figure(samples)])
    }
}
