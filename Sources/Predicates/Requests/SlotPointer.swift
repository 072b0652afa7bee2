/// A slot within a view's words, of which single members are read: loading the whole of it for every test costs as much as the test.
struct SlotPointer {
    private let words: UnsafeRawPointer

    /// - Precondition: the words begin with more than `index` slots.
    @inline(__always) init(_ words: UnsafeRawBufferPointer, _ index: Int) {
        // A test without a slot names slot 0 and reads nothing, so a view without any is no harm.
        self.words = (words.baseAddress ?? UnsafeRawPointer(bitPattern: 8)!) + index &* RequestSlot.stride
    }

    // The places of the members in `RequestSlot`; a test compares them with its layout.
    static let lengthOffset = 12
    static let crc32Offset = 16
    static let murmur2Offset = 20
    static let addressOffset = 24
    static let knownOffset = 28

    @inline(__always) var prefix: UInt64 { words.load(as: UInt64.self) }
    @inline(__always) var length: Int32 { words.load(fromByteOffset: Self.lengthOffset, as: Int32.self) }
    @inline(__always) var crc32: UInt32 { words.load(fromByteOffset: Self.crc32Offset, as: UInt32.self) }
    @inline(__always) var murmur2: UInt32 { words.load(fromByteOffset: Self.murmur2Offset, as: UInt32.self) }
    @inline(__always) var address: UInt32 { words.load(fromByteOffset: Self.addressOffset, as: UInt32.self) }
    @inline(__always) var known: SlotFacts { SlotFacts(rawValue: words.load(fromByteOffset: Self.knownOffset, as: UInt8.self)) }
    @inline(__always) func number(at offset: Int) -> UInt32 { words.load(fromByteOffset: offset, as: UInt32.self) }
    @inline(__always) var whole: RequestSlot { words.load(as: RequestSlot.self) }
}
