/// CRC-32 with the reflected polynomial 0xEDB88320, as in zlib, nginx and `ngx.crc32_short`.
public enum CRC32 {
    private static let table: [UInt32] = (0..<256).map { index in
        (0..<8).reduce(UInt32(index)) { value, _ in value & 1 == 1 ? 0xEDB8_8320 ^ (value >> 1) : value >> 1 }
    }

    public static func checksum(_ bytes: some Sequence<UInt8>) -> UInt32 { ~updated(~0, with: bytes) }

    /// The register after `bytes`; it begins with all bits set, and its complement is the checksum.
    static func updated(_ register: UInt32, with bytes: some Sequence<UInt8>) -> UInt32 {
        table.withUnsafeBufferPointer { table in
            var register = register
            // An index of eight bits lies within the table's 256 entries.
            for byte in bytes { register = table[Int((register ^ UInt32(byte)) & 0xFF)] ^ (register >> 8) }
            return register
        }
    }
}
