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
