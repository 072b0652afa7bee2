internal import CJSONMarks

/// What every recorded row must be, by the mark of its key: a hash table whose rows lie in one piece, 48 bytes each, so that millions fit.
final class RowTable {
    struct Row {
        var identity: RowMark
        /// Of the image.
        var content: RowMark
        /// The leaf of the entry that told of it, and the table's place plus one; 0 for a place without a row.
        fileprivate var place: UInt64
        /// Where the image is kept; nil where there was no room.
        var image: ImageStore.Place?

        init(identity: RowMark, content: RowMark, leaf: UInt64, table: Int) {
            self.identity = identity
            self.content = content
            place = leaf << 16 | UInt64(table + 1)
        }

        var leaf: UInt64 { place >> 16 }
        var table: Int { Int(place & 0xFFFF) - 1 }
    }

    /// At most so many tables can be told apart.
    static let maximumTables = 0xFFFE

    @exclusivity(unchecked) private var rows: UnsafeMutablePointer<Row>
    @exclusivity(unchecked) private var mask: Int
    @exclusivity(unchecked) private(set) var count = 0
    init() {
        mask = 1023
        rows = Self.empty(1024)
    }

    deinit { rows.deallocate() }

    /// Makes room for so many rows at once, up to a bound: whoever says how many come need not be right.
    func reserve(_ rows: UInt64) {
        let wanted = Int(min(rows, 1 << 21)) * 4 / 3
        while mask + 1 < wanted { grow(to: max(1024, wanted).roundedUpToPowerOfTwo) }
    }

    private static func empty(_ capacity: Int) -> UnsafeMutablePointer<Row> {
        let rows = UnsafeMutablePointer<Row>.allocate(capacity: capacity)
        let none = RowMark(high: 0, low: 0)
        var row = Row(identity: none, content: none, leaf: 0, table: 0)
        row.place = 0
        rows.initialize(repeating: row, count: capacity)
        return rows
    }

    @inline(__always) private func home(_ identity: RowMark) -> Int { Int(truncatingIfNeeded: identity.high) & mask }

    /// Says that a row will be asked for soon: most of the time that asking takes is waiting for its memory.
    @inline(__always) func prefetch(_ identity: RowMark) { memory_prefetch(rows + home(identity)) }

    /// Puts a row in, or in the place of the one of the same key.
    ///
    /// - Returns: the image of the row that was there.
    func put(_ row: Row) -> ImageStore.Place? {
        if (count + 1) * 4 > (mask + 1) * 3 { grow(to: (mask + 1) * 2) }
        var at = home(row.identity)
        while rows[at].place != 0 {
            if rows[at].identity == row.identity {
                let old = rows[at].image
                rows[at] = row
                return old
            }
            at = (at + 1) & mask
        }
        rows[at] = row
        count += 1
        return nil
    }

    /// Takes a row out.
    func take(_ identity: RowMark) -> Row? {
        var at = home(identity)
        while rows[at].identity != identity || rows[at].place == 0 {
            guard rows[at].place != 0 else { return nil }
            at = (at + 1) & mask
        }
        let row = rows[at]
        count -= 1
        // What lies behind moves up, so that no search ends too early.
        var next = (at + 1) & mask
        while rows[next].place != 0 {
            let distance = (next - home(rows[next].identity)) & mask
            if distance >= (next - at) & mask {
                rows[at] = rows[next]
                at = next
            }
            next = (next + 1) & mask
        }
        rows[at].place = 0
        return row
    }

    /// - Parameter capacity: a power of two.
    private func grow(to capacity: Int) {
        let old = rows
        let oldCapacity = mask + 1
        rows = Self.empty(capacity)
        mask = capacity - 1
        for place in 0..<oldCapacity where old[place].place != 0 {
            var at = home(old[place].identity)
            while rows[at].place != 0 { at = (at + 1) & mask }
            rows[at] = old[place]
        }
        old.deallocate()
    }

    /// Every row that is there, to be changed where it stands.
    func forEach(_ body: (inout Row) -> Void) {
        for place in 0...mask where rows[place].place != 0 { body(&rows[place]) }
    }
}

extension Int {
    /// The smallest power of two that is not less.
    fileprivate var roundedUpToPowerOfTwo: Int { 1 << (Int.bitWidth - (self - 1).leadingZeroBitCount) }
}
