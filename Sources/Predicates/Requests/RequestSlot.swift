/// One value of a request: where its bytes are, and what has been computed of them.
@usableFromInline struct RequestSlot: Sendable {
    /// The first eight bytes, the first one lowest; zeros where the text is shorter.
    @usableFromInline var prefix: UInt64 = 0
    @usableFromInline var offset: Int32 = 0
    /// Bytes; -1 when the request does not have the value.
    @usableFromInline var length: Int32 = -1
    @usableFromInline var crc32: UInt32 = 0
    @usableFromInline var murmur2: UInt32 = 0
    @usableFromInline var address: UInt32 = 0
    @usableFromInline var known: SlotFacts = []
    /// What is to be computed when a text arrives.
    var wanted: SlotFacts = []

    @usableFromInline static let absent = RequestSlot()

    @inlinable var isPresent: Bool { length >= 0 }
    @inlinable var range: Range<Int> { Int(offset)..<Int(offset) + Int(max(length, 0)) }

    @usableFromInline init() {}
}

extension RequestSlot {
    /// Takes the text that stands in `bytes` from `offset` to the end.
    mutating func fill(from bytes: [UInt8], at offset: Int) {
        let count = bytes.count - offset
        self.offset = Int32(offset)
        length = Int32(count)
        prefix = 0
        for index in 0..<min(8, count) { prefix |= UInt64(bytes[offset + index]) << UInt64(8 * index) }
        known = []
        guard !wanted.isEmpty else { return }
        bytes.withUnsafeBufferPointer { buffer in
            let text = UnsafeBufferPointer(rebasing: buffer[offset...])
            if wanted.contains(.crc32) { crc32 = CRC32.checksum(text) }
            if wanted.contains(.murmur2) { murmur2 = murmurHash2(text) }
            guard wanted.contains(.address) else { return }
            known.insert(.address)
            if let read = IPAddress.version4(text) {
                known.insert(.isIPv4)
                address = read
            }
        }
        known.formUnion(wanted.intersection([.crc32, .murmur2]))
    }
}
