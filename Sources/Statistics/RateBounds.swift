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
        return root(from: 0, to: events) { wealth(events, $0, sign: 1) - log(1 / alpha) }
    }

    /// The expected number of events is at most this, at all times with chance 1 - alpha.
    public static func upper(events: Double, alpha: Double) -> Double {
        guard events.isFinite, events >= 0 else { return .infinity }
        var high = max(1, events)
        // For negative tilts the wealth grows with L without bound.
        while wealth(events, high, sign: -1) < log(1 / alpha) { high *= 2 }
        return root(from: events, to: high) { log(1 / alpha) - wealth(events, $0, sign: -1) }
    }

    /// exp(a) - 1 for each tilt a, and for its negative.
    private static let rising = tilts.map { expm1($0) }
    private static let falling = tilts.map { expm1(-$0) }
    private static let logTilts = log(Double(tilts.count))

    private static func wealth(_ events: Double, _ expected: Double, sign: Double) -> Double {
        let moments = sign > 0 ? rising : falling
        var highest = -Double.infinity
        for index in tilts.indices { highest = max(highest, sign * tilts[index] * events - moments[index] * expected) }
        guard highest.isFinite else { return highest }
        var sum = 0.0
        for index in tilts.indices { sum += exp(sign * tilts[index] * events - moments[index] * expected - highest) }
        return highest + log(sum) - logTilts
    }

    /// Where a falling figure passes 0 between `low` and `high`: `low` where it is not above 0 there. Secants that keep the root between them (the
    /// Illinois method), and halves where those are slow.
    private static func root(from low: Double, to high: Double, _ figure: (Double) -> Double) -> Double {
        var (low, high) = (low, high)
        var (above, below) = (figure(low), figure(high))
        guard above > 0 else { return low }
        var wasAbove: Bool?
        for step in 0..<200 where high - low > 1e-10 * max(1, high) {
            let secant = (low * below - high * above) / (below - above)
            let isUseful = step % 4 != 3 && secant > low && secant < high
            let middle = isUseful ? secant : (low + high) / 2
            let value = figure(middle)
            if value > 0 {
                (low, above) = (middle, value)
                if wasAbove == true { below /= 2 }
            } else {
                (high, below) = (middle, value)
                if wasAbove == false { above /= 2 }
            }
            wasAbove = value > 0
        }
        return low
    }
}
