/// FNV-1a over bytes, 64 bits (Fowler, Noll, Vo): equal words have equal hashes in every process.
enum TokenHash {
    static let start: UInt64 = 0xcbf2_9ce4_8422_2325
    static let variable: UInt64 = 0

    @inline(__always)
    static func step(_ hash: UInt64, _ byte: UInt8) -> UInt64 { (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }

    static func of(_ bytes: some Sequence<UInt8>) -> UInt64 {
        var hash = start
        for byte in bytes { hash = step(hash, byte) }
        return hash
    }

    /// Of the bytes with ASCII letters in lower case.
    static func lowercased(_ bytes: Slice<UnsafeBufferPointer<UInt8>>) -> UInt64 {
        var hash = start
        for byte in bytes { hash = step(hash, (65...90).contains(byte) ? byte | 32 : byte) }
        return hash
    }
}
