internal import ReleaseModel
internal import Statistics

/// A lower bound on how far the canary's score lies below stable's, that holds at all times at once with chance 1 - alpha.
///
/// It bounds the drop between the scores of the whole judgement: the formulas applied to the mean rates since it began. For errors
/// and latency it puts together four time-uniform bounds (`RateBounds`, after Howard et al.), each at a quarter of alpha: the least error
/// rate and quantile that the canary can have, and the greatest that stable can have. The formulas fall in both, and with stable's quantile
/// the scale grows, so the drop is at least the one between these. GC and memory have no such bounds: what speaks for the canary is
/// counted as observed, and what speaks against it only where the part is proven guilty (with an alpha of its own).
struct DropBound {
    let canary: Tally
    let stable: Tally
    let settings: Settings

    private var alpha: Double { settings.alpha(.score) / 4 }

    /// nil where an arm had no requests.
    var errors: Double? {
        guard canary.requests > 0, stable.requests > 0 else { return nil }
        let least = RateBounds.lower(events: canary.errors, alpha: alpha) / canary.requests
        let greatest = RateBounds.upper(events: stable.errors, alpha: alpha) / stable.requests
        return Formulas.errors(ratio: greatest) - Formulas.errors(ratio: least)
    }

    /// nil where an arm has no histogram.
    var latency: Double? {
        guard let canary = canary.latency, let stable = stable.latency, canary.count > 0, stable.count > 0 else { return nil }
        let least = canary.quantileBounds(settings.quantile, alpha: alpha).lower
        guard let greatest = stable.quantileBounds(settings.quantile, alpha: alpha).upper else {
            // Stable may be arbitrarily slow: its score is then a third below 100 by the default scale, and 0 by the classic one.
            return settings.formula == .default
                ? -100.0 / 3 : -Formulas.latency(quantile: least, scale: Formulas.latencyScale(stableQuantile: nil, settings))
        }
        let scale = Formulas.latencyScale(stableQuantile: greatest, settings)
        return Formulas.latency(quantile: greatest, scale: scale) - Formulas.latency(quantile: least, scale: scale)
    }

    static func observed(_ drop: Double, isProven: Bool) -> Double { isProven ? drop : min(0, drop) }
}
