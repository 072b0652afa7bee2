/// One value of a request: where its bytes are, and what has been computed of them. Plain bytes, four words.
@usableFromInline struct RequestSlot: Sendable, BitwiseCopyable {
    @inlinable static var stride: Int { 32 }

    /// The first eight bytes, the first one lowest; zeros where the text is shorter.
    @usableFromInline var prefix: UInt64 = 0
    /// Where the text begins, in bytes of the view's words.
    @usableFromInline var offset: Int32 = 0
    /// Bytes; -1 when the request does not have the value.
    @usableFromInline var length: Int32 = -1
    @usableFromInline var crc32: UInt32 = 0
    @usableFromInline var murmur2: UInt32 = 0
    /// The IPv4 address that the text spells.
    @usableFromInline var address: UInt32 = 0
    @usableFromInline var known: SlotFacts = []
    /// What is to be computed when a text arrives.
    @usableFromInline var wanted: SlotFacts

    @inlinable static var absent: RequestSlot { RequestSlot(wanted: []) }

    @inlinable var isPresent: Bool { length >= 0 }
    @inlinable var range: Range<Int> { Int(offset)..<Int(offset) + Int(max(length, 0)) }

    @inlinable init(wanted: SlotFacts) { self.wanted = wanted }
}

extension RequestSlot {
    /// Takes a text that stands at `offset`.
    mutating func fill(from text: UnsafeBufferPointer<UInt8>, at offset: Int) {
        self.offset = Int32(offset)
        length = Int32(text.count)
        prefix = Self.prefix(of: text)
        known = wanted.intersection([.crc32, .murmur2, .address])
        if wanted.contains(.crc32) { crc32 = CRC32.checksum(text) }
        if wanted.contains(.murmur2) { murmur2 = murmurHash2(text) }
        guard wanted.contains(.address), let read = IPAddress.version4(text) else { return }
        known.insert(.isIPv4)
        address = read
    }

    /// The first eight bytes, the first one lowest.
    private static func prefix(of text: UnsafeBufferPointer<UInt8>) -> UInt64 {
        // With eight bytes or more there are eight to load.
        if text.count >= 8 { return UInt64(littleEndian: UnsafeRawBufferPointer(text).loadUnaligned(as: UInt64.self)) }
        var prefix: UInt64 = 0
        for index in text.indices { prefix |= UInt64(text[index]) << UInt64(8 * index) }
        return prefix
    }
}
