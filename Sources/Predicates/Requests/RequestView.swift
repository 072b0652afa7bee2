/// One request's values by slot, and the time at which it is looked at.
///
/// The texts stand one after the other in one buffer; of each its first eight bytes are kept apart, and its hashes where an expression
/// asks for them, so that most tests never touch the buffer. A view may be used again for the next request (`reset`), without allocating.
public struct RequestView: Sendable {
    /// Texts are kept up to this many bytes together; what is beyond is not taken in, and counts as absent.
    public static let maximumBytes = 1 << 24

    @usableFromInline var slots: [RequestSlot]
    @usableFromInline var bytes: [UInt8]
    /// Seconds since 1970, what `now()` gives.
    public private(set) var now: Int64

    /// A request that has none of the fields yet.
    public init(_ slots: RequestSlots, now: Int64 = 0) {
        self.slots = slots.wants.map { wanted in
            var slot = RequestSlot()
            slot.wanted = wanted
            return slot
        }
        bytes = []
        self.now = now
    }

    /// Asks for the value of each field once; nil for a field that the request does not have.
    public init(_ slots: RequestSlots, now: Int64 = 0, value: (RequestField) -> String?) {
        self.init(slots, now: now)
        for (slot, field) in slots.fields.enumerated() {
            if let text = value(field) { set(slot, to: text.utf8) }
        }
    }

    /// The values in the order of the slots. What the slots' expressions want to know of them is computed now, once.
    public init(_ slots: RequestSlots, values: [ByteString?], now: Int64 = 0) {
        self.init(slots, now: now)
        for (slot, value) in values.enumerated() {
            if let value { set(slot, to: value.bytes) }
        }
    }

    /// The values in the order of the slots, of which nothing more is known.
    public init(values: [ByteString?], now: Int64 = 0) {
        slots = Array(repeating: .absent, count: values.count)
        bytes = []
        self.now = now
        for (slot, value) in values.enumerated() {
            if let value { set(slot, to: value.bytes) }
        }
    }

    /// Forgets every value, for the next request. The memory is kept.
    public mutating func reset(now: Int64) {
        self.now = now
        bytes.removeAll(keepingCapacity: true)
        for index in slots.indices { slots[index].length = -1 }
    }

    /// Gives a slot its text. A slot that was given out after the view was made is left out.
    public mutating func set(_ slot: Int, to text: some Collection<UInt8>) {
        guard slots.indices.contains(slot), text.count <= Self.maximumBytes - bytes.count else { return }
        let offset = bytes.count
        bytes.append(contentsOf: text)
        slots[slot].fill(from: bytes, at: offset)
    }

    /// Takes a slot's text away.
    public mutating func remove(_ slot: Int) {
        if slots.indices.contains(slot) { slots[slot].length = -1 }
    }

    /// The value in a slot; a slot that was given out after the view was made is empty.
    public subscript(slot: Int) -> ByteString? {
        guard slots.indices.contains(slot), slots[slot].isPresent else { return nil }
        return ByteString(bytes: Array(bytes[slots[slot].range]))
    }
}
