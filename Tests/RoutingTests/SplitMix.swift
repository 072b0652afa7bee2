/// A small seeded generator (SplitMix64 by Sebastiano Vigna), so that every run draws the same.
struct SplitMix: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ value >> 30) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ value >> 27) &* 0x94D0_49BB_1331_11EB
        return value ^ value >> 31
    }

    /// Bytes of which some are drawn from `alphabet`, so that texts come near to what is read.
    mutating func bytes(upTo count: Int, alphabet: String) -> [UInt8] {
        let letters = Array(alphabet.utf8)
        return (0..<Int.random(in: 0...count, using: &self)).map { _ in
            Int.random(in: 0..<8, using: &self) == 0 ? UInt8.random(in: 0...255, using: &self) : letters.randomElement(using: &self)!
        }
    }
}
