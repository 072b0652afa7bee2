/// One request's values by slot, and the time at which it is looked at.
///
/// All of it is one row of words: four for each slot, which keep the first eight bytes of its text and the hashes that expressions ask
/// for, then the texts one after the other. Most tests never touch the texts, and a copy of a view is one reference. A view may be used
/// again for the next request (`reset`), without allocating.
public struct RequestView: Sendable {
    /// The texts of a request are kept up to this many bytes together; what is beyond is not taken in, and counts as absent.
    public static let maximumBytes = 1 << 24

    /// `slotCount` times the words of a `RequestSlot`, then texts.
    @usableFromInline var words: [UInt64]
    @usableFromInline let slotCount: Int
    /// Bytes of `words` that are in use.
    private var used: Int
    /// Seconds since 1970, what `now()` gives.
    public private(set) var now: Int64

    private init(_ slots: [RequestSlot], now: Int64) {
        slotCount = slots.count
        used = slots.count * RequestSlot.stride
        words = Array(repeating: 0, count: used / 8)
        self.now = now
        for (index, slot) in slots.enumerated() { store(slot, index) }
    }

    /// A request that has none of the fields yet.
    public init(_ slots: RequestSlots, now: Int64 = 0) {
        self.init(slots.wants.map { RequestSlot(wanted: $0) }, now: now)
    }

    /// Asks for the value of each field once; nil for a field that the request does not have.
    public init(_ slots: RequestSlots, now: Int64 = 0, value: (RequestField) -> String?) {
        self.init(slots, now: now)
        for (slot, field) in slots.fields.enumerated() {
            if var text = value(field) { text.withUTF8 { fill(slot, $0) } }
        }
    }

    /// The values in the order of the slots. What the slots' expressions want to know of them is computed now, once.
    public init(_ slots: RequestSlots, values: [ByteString?], now: Int64 = 0) {
        self.init(slots, now: now)
        for (slot, value) in values.enumerated() {
            if let value { value.bytes.withUnsafeBufferPointer { fill(slot, $0) } }
        }
    }

    /// The values in the order of the slots, of which nothing more is known.
    public init(values: [ByteString?], now: Int64 = 0) {
        self.init(values.map { _ in RequestSlot(wanted: []) }, now: now)
        for (slot, value) in values.enumerated() {
            if let value { value.bytes.withUnsafeBufferPointer { fill(slot, $0) } }
        }
    }

    /// Forgets every value, for the next request. The memory is kept.
    public mutating func reset(now: Int64) {
        self.now = now
        used = slotCount * RequestSlot.stride
        for index in 0..<slotCount { remove(index) }
    }

    /// Gives a slot its text. A slot that was given out after the view was made is left out.
    @inlinable public mutating func set(_ slot: Int, to text: some Collection<UInt8>) {
        guard text.withContiguousStorageIfAvailable({ fill(slot, $0) }) == nil else { return }
        Array(text).withUnsafeBufferPointer { fill(slot, $0) }
    }

    /// Copies a text behind the others and describes it in its slot.
    @usableFromInline mutating func fill(_ slot: Int, _ text: UnsafeBufferPointer<UInt8>) {
        guard (0..<slotCount).contains(slot), used + text.count <= Self.maximumBytes else { return }
        let start = used
        used += text.count
        let missing = (used + 7) / 8 - words.count
        if missing > 0 { words.append(contentsOf: repeatElement(0, count: missing)) }
        var filled = RequestSlot(wanted: self.slot(slot).wanted)
        words.withUnsafeMutableBytes { raw in
            // The words were just made to reach to `used`.
            UnsafeMutableRawBufferPointer(rebasing: raw[start..<(start + text.count)]).copyMemory(from: UnsafeRawBufferPointer(text))
        }
        filled.fill(from: text, at: start)
        store(filled, slot)
    }

    /// Takes a slot's text away.
    public mutating func remove(_ slot: Int) {
        guard (0..<slotCount).contains(slot) else { return }
        store(RequestSlot(wanted: self.slot(slot).wanted), slot)
    }

    /// The value in a slot; a slot that was given out after the view was made is empty.
    public subscript(slot: Int) -> ByteString? {
        let slot = self.slot(slot)
        guard slot.isPresent else { return nil }
        return withText(slot) { ByteString(bytes: Array($0)) }
    }
}

extension RequestView {
    /// The slot, or an absent one where the view has none of that number.
    @inlinable func slot(_ index: Int) -> RequestSlot { words.withUnsafeBytes { Self.slot(index, slotCount, $0) } }

    /// Reads a slot out of a view's words. Its index is compared with their count, its type is plain bytes and it lies at a multiple of
    /// its stride, so the load is in bounds and aligned.
    @inlinable @inline(__always)
    static func slot(_ index: Int, _ count: Int, _ raw: UnsafeRawBufferPointer) -> RequestSlot {
        guard index >= 0, index < count else { return .absent }
        return raw.load(fromByteOffset: index &* RequestSlot.stride, as: RequestSlot.self)
    }

    private mutating func store(_ slot: RequestSlot, _ index: Int) {
        words.withUnsafeMutableBytes { $0.storeBytes(of: slot, toByteOffset: index * RequestSlot.stride, as: RequestSlot.self) }
    }

    /// The bytes of a present slot. A slot's range lies within the words that it was filled from.
    @inlinable func withText<Result>(_ slot: RequestSlot, _ body: (UnsafeBufferPointer<UInt8>) -> Result) -> Result {
        words.withUnsafeBytes { raw in
            UnsafeRawBufferPointer(rebasing: raw[slot.range]).withMemoryRebound(to: UInt8.self, body)
        }
    }
}
