/// Which statements are prepared on one connection: bounded, the least recently used goes first.
///
/// A statement is prepared when it is seen for the second time, so that statements run once cost no extra round trip.
struct StatementCache {
    struct Key: Hashable {
        let sql: String
        let types: [UInt32]
    }

    /// How a statement is to be run.
    enum Plan: Hashable {
        case unprepared
        case prepare(name: String)
        case prepared(name: String)
    }

    private struct Entry {
        let name: String
        var lastUse: UInt64
    }

    let limit: Int
    private var entries: [Key: Entry] = [:]
    /// Statements seen once, oldest first; as long as the limit.
    private var seenOnce: [Key] = []
    private var uses: UInt64 = 0
    private var names: UInt64 = 0
    /// Prepared statements the server still keeps and nobody needs: to be deallocated.
    private(set) var discarded: [String] = []

    init(limit: Int) { self.limit = max(0, limit) }

    var count: Int { entries.count }

    mutating func plan(_ key: Key) -> Plan {
        guard limit > 0 else { return .unprepared }
        uses += 1
        if let name = entries[key]?.name {
            entries[key]?.lastUse = uses
            return .prepared(name: name)
        }
        guard let index = seenOnce.firstIndex(of: key) else {
            if seenOnce.count >= limit { seenOnce.removeFirst() }
            seenOnce.append(key)
            return .unprepared
        }
        seenOnce.remove(at: index)
        names += 1
        return .prepare(name: "tidegate_\(names)")
    }

    /// The server has prepared it under that name.
    mutating func didPrepare(_ key: Key, as name: String) {
        if entries.count >= limit, let oldest = entries.min(by: { $0.value.lastUse < $1.value.lastUse }) {
            discarded.append(oldest.value.name)
            entries[oldest.key] = nil
        }
        entries[key] = Entry(name: name, lastUse: uses)
    }

    func isPrepared(_ key: Key) -> Bool { entries[key] != nil }

    /// The server's plan is of no use any more, or gone already.
    mutating func forget(_ key: Key, isKnownToServer: Bool) {
        if let entry = entries.removeValue(forKey: key), isKnownToServer { discarded.append(entry.name) }
    }

    mutating func takeDiscarded() -> [String] {
        defer { discarded = [] }
        return discarded
    }
}
