internal import Foundation

/// The Mann-Kendall test for a monotone trend (Mann 1945, Kendall 1975), variance corrected for ties, with continuity correction.
public struct MannKendall: Sendable, Hashable {
    /// Concordant minus discordant pairs.
    public let s: Double
    /// Variance of `s` without a trend.
    public let variance: Double
    private let count: Int
    private let hasTies: Bool

    /// Up to this many values without ties the distribution of S is computed exactly.
    private static let exactCount = 64

    public init(_ values: [Double]) {
        var s = 0.0
        for later in values.indices {
            for earlier in 0..<later {
                s += values[later] > values[earlier] ? 1 : values[later] < values[earlier] ? -1 : 0
            }
        }
        func term(_ n: Double) -> Double { n * (n - 1) * (2 * n + 5) }
        var ties = 0.0
        let sorted = values.sorted()
        var start = 0
        while start < sorted.count {
            var end = start
            while end < sorted.count, sorted[end] == sorted[start] { end += 1 }
            ties += term(Double(end - start))
            start = end
        }
        self.s = s
        count = values.count
        hasTies = ties > 0
        variance = (term(Double(values.count)) - ties) / 18
    }

    /// (S -+ 1)/sqrt(variance); 0 where nothing varies.
    public var z: Double {
        guard variance > 0, s != 0 else { return 0 }
        return (s > 0 ? s - 1 : s + 1) / variance.squareRoot()
    }

    /// The chance of an upward trend this strong or stronger without one: exact for up to 64 values without ties (every order of them
    /// equally likely), otherwise by the normal approximation. The approximation is far too large in the tails of short series.
    public var upwardProbability: Double {
        guard !hasTies, count <= Self.exactCount else { return erfc(z / 2.0.squareRoot()) / 2 }
        let pairs = count * (count - 1) / 2
        return Self.chanceOfInversions(atMost: (pairs - Int(s)) / 2, among: count)
    }

    /// A random order of n values has k inversions with chance f_n(k) = (f_{n-1}(k) + ... + f_{n-1}(k-n+1)) / n.
    private static func chanceOfInversions(atMost limit: Int, among count: Int) -> Double {
        var chances = [1.0]
        for n in stride(from: 2, through: count, by: 1) {
            var next = [Double](repeating: 0, count: chances.count + n - 1)
            for (k, chance) in chances.enumerated() {
                for more in 0..<n { next[k + more] += chance / Double(n) }
            }
            chances = next
        }
        return min(1, chances.prefix(limit + 1).reduce(0, +))
    }
}
