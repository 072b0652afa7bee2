import CLibCrypto

/// `count` bytes of the operating system's cryptographic randomness.
public func secureRandomBytes(_ count: Int) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: count)
    precondition(RAND_bytes(&bytes, Int32(count)) == 1, "the random number generator is not seeded")
    return bytes
}
