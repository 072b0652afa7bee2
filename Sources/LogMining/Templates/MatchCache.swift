/// Remembers which template the words of a line led to: most lines are found by one probe. Direct-mapped, so its size is fixed.
struct MatchCache: Sendable {
    static let size = 1 << 13

    private var keys: [UInt64] = []
    private var slots: [Int32] = []

    /// The slot under `key`, or nil.
    @inline(__always)
    func slot(of key: UInt64) -> Int? {
        guard !keys.isEmpty else { return nil }
        let place = Int(truncatingIfNeeded: key) & (Self.size - 1)
        return keys[place] == key ? Int(slots[place]) : nil
    }

    mutating func note(_ key: UInt64, slot: Int) {
        if keys.isEmpty {
            keys = Array(repeating: 0, count: Self.size)
            slots = Array(repeating: 0, count: Self.size)
        }
        let place = Int(truncatingIfNeeded: key) & (Self.size - 1)
        keys[place] = key
        slots[place] = Int32(slot)
    }

    mutating func clear() { keys = [] }
}
