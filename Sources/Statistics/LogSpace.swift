internal import Foundation

/// Arithmetic on logarithms, without overflow and without NaN.
public enum LogSpace {
    /// ln(sum of exp(terms)); negative infinity for no terms.
    public static func sum(_ terms: [Double]) -> Double {
        guard let largest = terms.max(), largest > -.infinity else { return -.infinity }
        guard largest < .infinity else { return .infinity }
        return largest + log(terms.reduce(0) { $0 + exp($1 - largest) })
    }

    /// ln of the weighted mean of exp(terms).
    ///
    /// - Precondition: one weight for each term; weights are not negative and not all zero.
    public static func mean(_ terms: [Double], weights: [Double]) -> Double {
        precondition(terms.count == weights.count, "one weight for each term")
        let total = weights.reduce(0, +)
        precondition(total > 0 && weights.allSatisfy { $0 >= 0 }, "weights are not negative and not all zero")
        return sum(zip(terms, weights).map { $1 > 0 ? $0 + log($1 / total) : -.infinity })
    }

    /// ln(exp(a) + exp(b)).
    public static func sum(_ a: Double, _ b: Double) -> Double {
        let (low, high) = a < b ? (a, b) : (b, a)
        guard low > -.infinity, high < .infinity else { return high }
        return high + log1p(exp(low - high))
    }

    /// ln of the binomial coefficient.
    static func choose(_ n: Double, _ k: Double) -> Double { lnGamma(n + 1) - lnGamma(k + 1) - lnGamma(n - k + 1) }

    /// ln of the gamma function of a positive number. (`lgamma` of libm writes a global sign, so the reentrant form is used.)
    static func lnGamma(_ x: Double) -> Double {
        var sign: Int32 = 0
        return lgamma_r(x, &sign)
    }
}
