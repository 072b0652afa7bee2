/// CRC-32 with the reflected polynomial 0xEDB88320, as in zlib, nginx and `ngx.crc32_short`.
public enum CRC32 {
    /// Four tables of 256 entries: what a byte does to the register, and what it does when one, two or three more bytes follow.
    private static let tables: [UInt32] = {
        var tables: [UInt32] = (0..<256).map { index in
            (0..<8).reduce(UInt32(index)) { value, _ in value & 1 == 1 ? 0xEDB8_8320 ^ (value >> 1) : value >> 1 }
        }
        for index in 256..<1024 {
            let before = tables[index - 256]
            tables.append(tables[Int(before & 0xFF)] ^ (before >> 8))
        }
        return tables
    }()

    public static func checksum(_ bytes: some Sequence<UInt8>) -> UInt32 {
        if let sum = bytes.withContiguousStorageIfAvailable({ checksum($0) }) { return sum }
        return checksum(Array(bytes))
    }

    /// Four bytes at a time (Kounavis and Berry: Novel table lookup-based algorithms for high-performance CRC generation, 2008).
    static func checksum(_ bytes: UnsafeBufferPointer<UInt8>) -> UInt32 {
        tables.withUnsafeBufferPointer { tables in
            var register = ~UInt32(0)
            var index = 0
            // Every index into the tables is one of eight bits, plus a multiple of 256 below 1024.
            while bytes.count - index >= 4 {
                register ^= littleEndianWord(bytes, at: index)
                register =
                    tables[768 + Int(register & 0xFF)] ^ tables[512 + Int(register >> 8 & 0xFF)]
                    ^ tables[256 + Int(register >> 16 & 0xFF)] ^ tables[Int(register >> 24)]
                index += 4
            }
            while index < bytes.count {
                register = tables[Int((register ^ UInt32(bytes[index])) & 0xFF)] ^ (register >> 8)
                index += 1
            }
            return ~register
        }
    }
}
