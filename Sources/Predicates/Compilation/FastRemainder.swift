/// Remainders by a constant without division (Lemire, Kaser, Kurz: Faster remainder by direct computation, 2019): exact for 32 bits.
enum FastRemainder {
    /// `ceil(2^64 / divisor)`; 0 for a divisor of 1, which gives a remainder of 0.
    static func multiplier(_ divisor: UInt32) -> UInt64 { UInt64.max / UInt64(divisor) &+ 1 }

    @inline(__always) static func remainder(_ value: UInt32, _ multiplier: UInt64, _ divisor: UInt32) -> UInt32 {
        UInt32((multiplier &* UInt64(value)).multipliedFullWidth(by: UInt64(divisor)).high)
    }
}
