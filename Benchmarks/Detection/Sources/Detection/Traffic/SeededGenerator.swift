import Foundation

/// SplitMix64 (Steele, Lea, Flood 2014): the same numbers for the same seed on every machine.
public struct SeededGenerator: RandomNumberGenerator, Sendable {
    private var state: UInt64

    public init(seed: UInt64) { state = seed }

    /// A stream of its own for each run of an experiment.
    public init(seed: UInt64, run: Int) {
        var mixer = SeededGenerator(seed: seed &+ UInt64(run) &* 0xd134_2543_de82_ef95)
        state = mixer.next()
    }

    public mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var z = state
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        return z ^ (z >> 31)
    }

    /// Uniform in 0..<1.
    public mutating func unit() -> Double { Double(next() >> 11) * 0x1p-53 }

    /// Successes among n trials, by inversion from 0 upwards.
    ///
    /// - Precondition: n |ln(1 - p)| stays under 700, so that the first term does not vanish.
    public mutating func binomial(_ n: Int, _ p: Double) -> Double {
        guard p > 0, n > 0 else { return 0 }
        guard p < 1 else { return Double(n) }
        let exponent = Double(n) * log1p(-p)
        precondition(exponent > -700, "the first term would vanish")
        var term = exp(exponent)
        var left = unit()
        var k = 0
        while left > term, k < n {
            left -= term
            term *= p / (1 - p) * Double(n - k) / Double(k + 1)
            k += 1
        }
        return Double(k)
    }

    /// A gamma variable of mean 1 and coefficient of variation 1/sqrt(shape), for a whole shape: a mean of exponential ones.
    public mutating func gamma(shape: Int) -> Double {
        (0..<shape).reduce(0) { sum, _ in sum - log(1 - unit()) } / Double(shape)
    }

    /// How n observations fall into cells of the given chances, which add up to 1.
    public mutating func multinomial(_ n: Int, _ chances: [Double]) -> [Double] {
        var (left, rest) = (n, 1.0)
        return chances.enumerated().map { index, chance in
            let count = index == chances.count - 1 || rest <= 0 ? Double(left) : binomial(left, min(1, chance / rest))
            left -= Int(count)
            rest -= chance
            return count
        }
    }
}
