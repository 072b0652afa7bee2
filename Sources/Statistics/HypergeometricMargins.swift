internal import Foundation

/// A 2x2 table by its margins: `canary` and `baseline` requests, `events` in all, of which `canaryEvents` on the canary.
struct HypergeometricMargins {
    /// Terms are summed outwards from the mode until they are this small beside it; what is left out is below rounding.
    private static let negligible = 1e-18
    static let maximumTerms = 2_000_000

    let canary: Double
    let baseline: Double
    let events: Double
    let canaryEvents: Double

    /// nil where the counts make no table (events above exposure: the scrapes of two counters need not agree).
    init?(_ poll: RatePoll) {
        canary = poll.canaryExposure.rounded()
        baseline = poll.baselineExposure.rounded()
        canaryEvents = poll.canaryEvents.rounded()
        events = canaryEvents + poll.baselineEvents.rounded()
        guard canaryEvents <= canary, events - canaryEvents <= baseline, canary < 1e12, baseline < 1e12 else { return nil }
    }

    /// ln M(w) = ln of the sum over k of Hyp(k; N, M, events) w^k.
    func logMoment(odds: Double) -> Double { logSum(odds: odds) - logSum(odds: 1) }

    /// ln of the sum over k of C(N,k) C(M,events-k) w^k. The terms are log-concave in k: one mode, falling to both sides.
    private func logSum(odds: Double) -> Double {
        let low = max(0, events - baseline)
        let high = min(canary, events)
        guard low < high else { return logTerm(low, odds) }
        let mode = min(max(self.mode(odds: odds), low), high)
        var sum = 1.0
        var terms = 0
        var term = 1.0
        var k = mode
        while k < high, term > Self.negligible, terms < Self.maximumTerms {
            term *= (canary - k) * (events - k) / ((k + 1) * (baseline - events + k + 1)) * odds
            k += 1
            sum += term
            terms += 1
        }
        term = 1
        k = mode
        while k > low, term > Self.negligible, terms < Self.maximumTerms {
            term *= k * (baseline - events + k) / ((canary - k + 1) * (events - k + 1) * odds)
            k -= 1
            sum += term
            terms += 1
        }
        return logTerm(mode, odds) + log(sum)
    }

    private func logTerm(_ k: Double, _ odds: Double) -> Double {
        LogSpace.choose(canary, k) + LogSpace.choose(baseline, events - k) + k * log(odds)
    }

    /// Mode of Fisher's noncentral hypergeometric distribution: the root of (w-1)k^2 - ((N+s+2)w + M-s)k + (N+1)(s+1)w, rounded down.
    private func mode(odds: Double) -> Double {
        let a = odds - 1
        let b = (canary + events + 2) * odds + baseline - events
        let c = (canary + 1) * (events + 1) * odds
        let discriminant = max(0, b * b - 4 * a * c).squareRoot()
        return (2 * c / (b + discriminant)).rounded(.down)
    }
}
