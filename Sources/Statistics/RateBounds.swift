internal import Foundation

/// Anytime-valid bounds on the mean rate of counted events, from nothing but the running totals.
///
/// Let S be the events so far and L the sum of their conditional expectations (for requests: the sum of each request's chance, given
/// the past). For one Bernoulli event with chance p, E exp(a X) = 1 + p(exp(a) - 1) <= exp(p(exp(a) - 1)), with equality for Poisson
/// counts, so exp(a S - (exp(a) - 1) L) is a supermartingale for every a (Howard, Ramdas, McAuliffe, Sekhon 2020, sub-Poisson case).
/// A mixture over a grid of a is one too, and by Ville's inequality stays below 1/alpha for ever with chance 1 - alpha. The L at which
/// the mixture reaches 1/alpha is therefore a bound that holds at all times at once. The rate may change over time; the bound is
/// for its mean over all exposure so far, L divided by the exposure.
public enum RateBounds {
    /// Tilts: small ones are sharp for many events, large ones for few.
    private static let tilts: [Double] = (0..<24).map { 0.002 * exp2(Double($0) * 0.5) }

    /// Whether more than `expected` events are expected, so that `lower` would lie above it; cheaper than the bound itself.
    public static func surelyExceeds(_ expected: Double, events: Double, alpha: Double) -> Bool {
        events > expected && wealth(events, max(0, expected), sign: 1) > log(1 / alpha)
    }

    /// Whether fewer than `expected` events are expected, so that `upper` would lie below it.
    public static func surelyFallsShort(of expected: Double, events: Double, alpha: Double) -> Bool {
        events < expected && wealth(events, expected, sign: -1) > log(1 / alpha)
    }

    /// The expected number of events is at least this, at all times with chance 1 - alpha.
    public static func lower(events: Double, alpha: Double) -> Double {
        guard events.isFinite, events > 0 else { return 0 }
        // For positive tilts the wealth falls as L grows: every L below the root is excluded.
        return root(from: 0, to: events) { wealth(events, $0, sign: 1) > log(1 / alpha) }
    }

    /// The expected number of events is at most this, at all times with chance 1 - alpha.
    public static func upper(events: Double, alpha: Double) -> Double {
        guard events.isFinite, events >= 0 else { return .infinity }
        var high = max(1, events)
        // For negative tilts the wealth grows with L without bound.
        while wealth(events, high, sign: -1) < log(1 / alpha) { high *= 2 }
        return root(from: events, to: high) { wealth(events, $0, sign: -1) < log(1 / alpha) }
    }

    private static func wealth(_ events: Double, _ expected: Double, sign: Double) -> Double {
        LogSpace.sum(tilts.map { tilt in sign * tilt * events - expm1(sign * tilt) * expected }) - log(Double(tilts.count))
    }

    /// Where `holds` turns from true to false between `low` and `high`.
    private static func root(from low: Double, to high: Double, _ holds: (Double) -> Bool) -> Double {
        var (low, high) = (low, high)
        for _ in 0..<100 where high - low > 1e-10 * max(1, high) {
            let middle = (low + high) / 2
            if holds(middle) { low = middle } else { high = middle }
        }
        return low
    }
}
