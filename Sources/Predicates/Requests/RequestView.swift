/// One request's values by slot, and the time at which it is looked at.
public struct RequestView: Sendable {
    let values: [ByteString?]
    /// Seconds since 1970, what `now()` gives.
    public let now: Int64

    /// Asks for the value of each field once; nil for a field that the request does not have.
    public init(_ slots: RequestSlots, now: Int64 = 0, value: (RequestField) -> String?) {
        values = slots.fields.map { value($0).map { ByteString($0) } }
        self.now = now
    }

    /// The values in the order of the slots.
    public init(values: [ByteString?], now: Int64 = 0) {
        self.values = values
        self.now = now
    }

    /// The value in a slot; a slot that was given out after the view was made is empty.
    subscript(slot: Int) -> ByteString? { slot < values.count ? values[slot] : nil }
}
