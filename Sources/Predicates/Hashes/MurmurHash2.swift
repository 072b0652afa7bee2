/// MurmurHash2 (32 bits) by Austin Appleby, as nginx's `ngx_murmur_hash2` computes it: seed 0, little-endian words.
///
/// `split_clients` of nginx places a request by this hash, so a bucket decided here is the bucket that nginx decides.
public func murmurHash2(_ bytes: UnsafeBufferPointer<UInt8>) -> UInt32 {
    let multiplier: UInt32 = 0x5BD1_E995
    var hash = UInt32(truncatingIfNeeded: bytes.count)
    var index = 0
    while bytes.count - index >= 4 {
        var word = littleEndianWord(bytes, at: index)
        word &*= multiplier
        word ^= word >> 24
        word &*= multiplier
        hash &*= multiplier
        hash ^= word
        index += 4
    }
    let rest = bytes.count - index
    if rest >= 3 { hash ^= UInt32(bytes[index + 2]) << 16 }
    if rest >= 2 { hash ^= UInt32(bytes[index + 1]) << 8 }
    if rest >= 1 {
        hash ^= UInt32(bytes[index])
        hash &*= multiplier
    }
    hash ^= hash >> 13
    hash &*= multiplier
    hash ^= hash >> 15
    return hash
}

/// `murmurHash2` of an array's bytes.
public func murmurHash2(_ bytes: [UInt8]) -> UInt32 { bytes.withUnsafeBufferPointer { murmurHash2($0) } }

/// `murmurHash2` of a text's UTF-8 bytes.
public func murmurHash2(_ text: String) -> UInt32 { murmurHash2(Array(text.utf8)) }

/// The four bytes from `index` on as a number, lowest byte first.
func littleEndianWord(_ bytes: UnsafeBufferPointer<UInt8>, at index: Int) -> UInt32 {
    UInt32(bytes[index]) | UInt32(bytes[index + 1]) << 8 | UInt32(bytes[index + 2]) << 16 | UInt32(bytes[index + 3]) << 24
}
