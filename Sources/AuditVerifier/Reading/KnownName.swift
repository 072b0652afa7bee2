/// The names of members that every entry or row is searched for. A scanner knows them while it lists tokens, so that looking for one compares
/// one byte for each member. The columns of a row, in an object named `row`, are not looked up.
enum KnownName: UInt8, CaseIterable {
    /// Any other name.
    case unknown
    case actor, body, change, columns, decision, digests, entry, evidenceDigest, from, fromWeights, history, id, key, kind, leafHashColumn
    case leafIndexColumn, leaseTerm, path, recordedAt, recordedAtColumn, release, row, rows, sequence, table, time, to, toWeights
    case tile

    private var text: String {
        switch self {
        case .unknown: ""
        case .actor: "actor"
        case .body: "body"
        case .change: "change"
        case .columns: "columns"
        case .decision: "decision"
        case .digests: "digests"
        case .entry: "entry"
        case .evidenceDigest: "evidenceDigest"
        case .from: "from"
        case .fromWeights: "fromWeights"
        case .history: "history"
        case .id: "id"
        case .key: "key"
        case .kind: "kind"
        case .leafHashColumn: "leaf_hash"
        case .leafIndexColumn: "leaf_index"
        case .leaseTerm: "leaseTerm"
        case .path: "path"
        case .recordedAt: "recordedAt"
        case .recordedAtColumn: "recorded_at"
        case .release: "release"
        case .row: "row"
        case .rows: "rows"
        case .sequence: "sequence"
        case .table: "table"
        case .time: "time"
        case .to: "to"
        case .toWeights: "toWeights"
        case .tile: "tile"
        }
    }

    /// Some of the names.
    struct Choice: ExpressibleByArrayLiteral, Sendable {
        private var bits: UInt64 = 0

        init(arrayLiteral names: KnownName...) {
            for name in names { bits |= 1 << UInt64(name.rawValue) }
        }

        @inline(__always) func contains(_ name: KnownName) -> Bool { bits >> UInt64(name.rawValue) & 1 == 1 }
    }

    /// A table of the names by a hash of their first bytes and their length.
    ///
    /// Unchecked: it is written in `init` alone.
    final class Table: @unchecked Sendable {
        /// A name by its first and last eight bytes, which is all of one that has no more than `longest`.
        private struct Slot {
            var start: UInt64 = 0
            var end: UInt64 = 0
            var count = 0
            var known = KnownName.unknown
        }

        private static let slots = 256
        private static let longest = 16
        static let shared = Table()

        private let names = UnsafeMutablePointer<Slot>.allocate(capacity: slots)

        private init() {
            names.initialize(repeating: Slot(), count: Self.slots)
            for known in KnownName.allCases where known != .unknown {
                let text = Array(known.text.utf8)
                precondition(text.count <= Self.longest, "a known name has at most \(Self.longest) bytes")
                let slot = text.withUnsafeBufferPointer { text in
                    let (start, end) = Self.words(text.baseAddress!, count: text.count, room: text.count)
                    return Slot(start: start, end: end, count: text.count, known: known)
                }
                var place = Self.place(slot.start, slot.count)
                while names[place].known != .unknown { place = (place + 1) & (Self.slots - 1) }
                names[place] = slot
            }
        }

        deinit { names.deallocate() }

        @inline(__always) private static func place(_ start: UInt64, _ count: Int) -> Int {
            Int(truncatingIfNeeded: ((start ^ UInt64(truncatingIfNeeded: count)) &* 0x9E37_79B9_7F4A_7C15) >> 56)
        }

        @inline(__always) private static func words(_ bytes: UnsafePointer<UInt8>, count: Int, room: Int) -> (start: UInt64, end: UInt64) {
            func load(_ offset: Int) -> UInt64 {
                UInt64(littleEndian: UnsafeRawPointer(bytes).loadUnaligned(fromByteOffset: offset, as: UInt64.self))
            }
            if count >= 8 { return (load(0), load(count &- 8)) }
            guard room >= 8 else { return ((0..<count).reduce(0) { $0 | UInt64(bytes[$1]) << UInt64(8 * $1) }, 0) }
            return (load(0) & ((1 &<< UInt64(truncatingIfNeeded: 8 &* count)) &- 1), 0)
        }

        /// The name that the bytes are.
        ///
        /// - Parameter room: how many bytes may be read from there.
        @inline(__always) func find(_ bytes: UnsafePointer<UInt8>, count: Int, room: Int) -> KnownName {
            guard count > 0, count <= Self.longest else { return .unknown }
            let (start, end) = Self.words(bytes, count: count, room: room)
            var place = Self.place(start, count)
            while true {
                let slot = names + place
                if slot.pointee.known == .unknown { return .unknown }
                if slot.pointee.start == start, slot.pointee.end == end, slot.pointee.count == count { return slot.pointee.known }
                place = (place &+ 1) & (Self.slots &- 1)
            }
        }
    }
}
