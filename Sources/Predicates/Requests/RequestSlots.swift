/// The fields that a set of expressions reads, one slot each, found once when the expressions are compiled.
public struct RequestSlots: Sendable, Hashable {
    /// In the order of their slots.
    public private(set) var fields: [RequestField] = []

    public init() {}

    /// The slot of `field`; it is given one when it has none.
    public mutating func slot(for field: RequestField) -> Int {
        if let slot = fields.firstIndex(of: field) { return slot }
        fields.append(field)
        return fields.count - 1
    }
}

/// One request's values by slot.
public struct RequestView: Sendable {
    let values: [ByteString?]

    /// Asks for the value of each field once; nil for a field that the request does not have.
    public init(_ slots: RequestSlots, value: (RequestField) -> String?) {
        values = slots.fields.map { value($0).map { ByteString($0) } }
    }

    /// The values in the order of the slots.
    public init(values: [ByteString?]) { self.values = values }

    /// The value in a slot; a slot that was given out after the view was made is empty.
    subscript(slot: Int) -> ByteString? { slot < values.count ? values[slot] : nil }
}
