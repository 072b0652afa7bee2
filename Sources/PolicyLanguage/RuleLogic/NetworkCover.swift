internal import Predicates

/// Whether blocks of addresses leave room between them.
enum NetworkCover {
    /// More combinations of blocks are not tried, and count as room.
    static let maximumCombinations = 4096

    /// Whether an address can lie in one block of each list of `inside` and in no block of `outside`. Without `inside` the text need not be
    /// an address at all, so there is room.
    static func leavesRoom(inside: [[IPNetwork]], outside: [[IPNetwork]]) -> Bool {
        guard let first = inside.first else { return true }
        var common = first
        for list in inside.dropFirst() {
            guard common.count * list.count <= maximumCombinations else { return true }
            common = common.flatMap { one in list.compactMap { intersection(one, $0) } }
        }
        let holes = outside.flatMap { $0 }
        return common.contains { !isCovered($0, by: holes) }
    }

    /// Two blocks are apart, or one lies in the other.
    private static func intersection(_ one: IPNetwork, _ other: IPNetwork) -> IPNetwork? {
        if one.prefixLength >= other.prefixLength { return other.contains(one.address) ? one : nil }
        return one.contains(other.address) ? other : nil
    }

    /// Whether every address of a block lies in one of `holes`.
    private static func isCovered(_ block: IPNetwork, by holes: [IPNetwork]) -> Bool {
        if holes.contains(where: { $0.prefixLength <= block.prefixLength && $0.contains(block.address) }) { return true }
        let within = holes.filter { $0.prefixLength > block.prefixLength && block.contains($0.address) }
        // The largest blocks are apart from each other; their shares of the block add up to all of it exactly when 128 bits overflow.
        var sum: UInt128 = 0
        for hole in Set(within) where !within.contains(where: { $0.prefixLength < hole.prefixLength && $0.contains(hole.address) }) {
            let (next, overflow) = sum.addingReportingOverflow(UInt128(1) << UInt128(128 - (hole.prefixLength - block.prefixLength)))
            if overflow { return true }
            sum = next
        }
        return false
    }
}
