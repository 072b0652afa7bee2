import Foundation

/// SplitMix64 (Steele, Lea, Flood 2014): the same numbers for the same seed on every machine.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var z = state
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        return z ^ (z >> 31)
    }

    /// Uniform in 0..<1.
    mutating func unit() -> Double { Double(next() >> 11) * 0x1p-53 }

    /// Successes among n trials, by inversion from 0 upwards (rates here are small).
    mutating func binomial(_ n: Int, _ p: Double) -> Int {
        guard p > 0 else { return 0 }
        var term = pow(1 - p, Double(n))
        var left = unit()
        var k = 0
        while left > term, k < n {
            left -= term
            term *= p / (1 - p) * Double(n - k) / Double(k + 1)
            k += 1
        }
        return k
    }
}
