import Foundation

/// Random numbers from a seed: the same seed gives the same run everywhere (SplitMix64, Steele, Lea and Flood 2014).
struct SeededRandom: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// Uniform in (0, 1).
    mutating func unit() -> Double { (Double(next() >> 11) + 0.5) * 0x1p-53 }

    /// Standard normal, by Box and Muller.
    mutating func normal() -> Double { (-2 * log(unit())).squareRoot() * cos(2 * .pi * unit()) }

    /// Above this mean counts are drawn from the normal distribution.
    private static let largeMean = 50.0

    /// A Poisson count.
    mutating func poisson(_ mean: Double) -> Double {
        guard mean > 0 else { return 0 }
        if mean > Self.largeMean { return max(0, (mean + mean.squareRoot() * normal()).rounded()) }
        let limit = exp(-mean)
        var count = 0.0
        var product = unit()
        while product > limit {
            count += 1
            product *= unit()
        }
        return count
    }

    /// How many of `trials` succeed.
    mutating func binomial(_ trials: Double, _ probability: Double) -> Double {
        guard trials > 0, probability > 0 else { return 0 }
        guard probability < 1 else { return trials }
        if probability > 0.5 { return trials - binomial(trials, 1 - probability) }
        let mean = trials * probability
        if mean > Self.largeMean {
            return min(trials, max(0, (mean + (mean * (1 - probability)).squareRoot() * normal()).rounded()))
        }
        // Geometric gaps between successes: exact, and as many steps as there are successes.
        var count = 0.0
        var position = 0.0
        let scale = log1p(-probability)
        while true {
            position += (log(unit()) / scale).rounded(.up)
            if position > trials { return count }
            count += 1
        }
    }
}
