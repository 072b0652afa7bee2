import Foundation

/// SplitMix64 (Steele, Lea, Flood 2014): the same seed gives the same run.
struct RandomNumbers: RandomNumberGenerator {
    private var state: UInt64

    /// The seed is spread first: seeds that lie one increment apart would give one sequence, shifted by one.
    init(seed: UInt64) {
        state = seed &* 0xd134_2543_de82_ef95
        state = next()
    }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed &>> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed &>> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed &>> 31)
    }

    mutating func unit() -> Double { Double.random(in: 0..<1, using: &self) }

    /// A Poisson number (Knuth; by halves where the mean is large).
    mutating func poisson(_ mean: Double) -> Int {
        if mean > 30 { return poisson(mean / 2) + poisson(mean / 2) }
        let bound = exp(-mean)
        var count = 0
        var product = unit()
        while product > bound {
            count += 1
            product *= unit()
        }
        return count
    }
}
