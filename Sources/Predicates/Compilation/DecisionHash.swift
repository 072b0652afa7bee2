/// A number made of the hash of one or several joined texts.
struct DecisionHash: Sendable {
    enum Function: UInt8, Sendable {
        case crc32
        case murmur2
        case murmur3
    }

    /// A piece of the hashed text.
    enum Part: Sendable {
        case constant([UInt8])
        case slot(Int)
    }

    var function: Function
    var seed: UInt32 = 0
    var parts: [Part]
    /// Whether an empty text (beside the salt) has no number: what `bucket` and `percent` are.
    var isBucket = false
    /// What the hash is divided by; 0 keeps it as it is.
    var modulus: UInt32 = 0
    var multiplier: UInt64 = 0
}

extension DecisionHash {
    func value(of text: UnsafeBufferPointer<UInt8>) -> UInt32 {
        switch function {
        case .crc32: CRC32.checksum(text)
        case .murmur2: murmurHash2(text)
        case .murmur3: murmurHash3(text, seed: seed)
        }
    }
}
