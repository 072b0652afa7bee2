/// MurmurHash3 for x86, 32 bits, by Austin Appleby: what Unleash and flagd place users by.
public func murmurHash3(_ bytes: [UInt8], seed: UInt32 = 0) -> UInt32 {
    bytes.withUnsafeBufferPointer { murmurHash3($0, seed: seed) }
}

/// `murmurHash3` of the bytes of a buffer.
public func murmurHash3(_ buffer: UnsafeBufferPointer<UInt8>, seed: UInt32 = 0) -> UInt32 {
    var hash = seed
    var index = 0
    while buffer.count - index >= 4 {
        hash ^= mixed(littleEndianWord(buffer, at: index))
        hash = hash << 13 | hash >> 19
        hash = hash &* 5 &+ 0xE654_6B64
        index += 4
    }
    var tail: UInt32 = 0
    for (offset, byte) in buffer[index...].enumerated() { tail |= UInt32(byte) << UInt32(8 * offset) }
    hash ^= mixed(tail)
    hash ^= UInt32(truncatingIfNeeded: buffer.count)
    hash ^= hash >> 16
    hash &*= 0x85EB_CA6B
    hash ^= hash >> 13
    hash &*= 0xC2B2_AE35
    hash ^= hash >> 16
    return hash
}

/// `murmurHash3` of a text's UTF-8 bytes.
public func murmurHash3(_ text: String, seed: UInt32 = 0) -> UInt32 { murmurHash3(Array(text.utf8), seed: seed) }

private func mixed(_ word: UInt32) -> UInt32 {
    var word = word &* 0xCC9E_2D51
    word = word << 15 | word >> 17
    return word &* 0x1B87_3593
}
