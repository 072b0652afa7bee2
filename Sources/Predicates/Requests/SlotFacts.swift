/// What is known of a slot's text beside the text itself.
@usableFromInline struct SlotFacts: OptionSet, Sendable, Hashable, BitwiseCopyable {
    @usableFromInline let rawValue: UInt8
    @inlinable init(rawValue: UInt8) { self.rawValue = rawValue }

    @inlinable static var crc32: SlotFacts { SlotFacts(rawValue: 1) }
    @inlinable static var murmur2: SlotFacts { SlotFacts(rawValue: 2) }
    /// Its reading as an IPv4 address, or that it is none.
    @inlinable static var address: SlotFacts { SlotFacts(rawValue: 4) }
    /// The text was read, and is an IPv4 address.
    @inlinable static var isIPv4: SlotFacts { SlotFacts(rawValue: 8) }
}
