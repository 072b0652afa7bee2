/// The fields that a set of expressions reads, one slot each, found once when the expressions are compiled.
public struct RequestSlots: Sendable, Hashable {
    /// In the order of their slots.
    public private(set) var fields: [RequestField] = []
    /// What the expressions want to know of each slot beside its text, so that it is computed once for a request.
    private(set) var wants: [SlotFacts] = []

    public init() {}

    /// The slot of `field`; it is given one when it has none.
    public mutating func slot(for field: RequestField) -> Int {
        if let slot = fields.firstIndex(of: field) { return slot }
        fields.append(field)
        wants.append([])
        return fields.count - 1
    }

    /// Asks that `facts` be computed when the slot is filled.
    mutating func want(_ facts: SlotFacts, of slot: Int) { wants[slot].formUnion(facts) }
}
