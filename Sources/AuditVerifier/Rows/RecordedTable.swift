/// A recorded table as the images in the entries show it.
struct RecordedTable {
    /// The columns of its rows in the order in which an export writes them, and in the order of the images.
    struct Layout {
        var names: [[UInt8]] = []
        /// Places within `names` of what images hold, ordered by their names' bytes.
        var ordered: [Int] = []
    }

    let name: String
    let nameBytes: [UInt8]
    var key: [[UInt8]] = []
    var leftOut: Set<String> = [] {
        didSet { layout = Layout() }
    }
    private(set) var layout = Layout()

    init(name: String) {
        self.name = name
        nameBytes = Array(name.utf8)
    }

    /// True when an image's list of key columns is this table's.
    func isKey(_ list: Int, _ scanner: JSONScanner) -> Bool {
        guard scanner.tokens[list].kind == .array else { return false }
        var at = list + 1
        for column in key {
            guard at < Int(scanner.tokens[list].next), column.withUnsafeBytes({ JSONScanner.same(scanner.bytes(at), $0) }) else {
                return false
            }
            at = Int(scanner.tokens[at].next)
        }
        return at == Int(scanner.tokens[list].next)
    }

    /// Learns the columns of a row, where they are not those of the row before it.
    ///
    /// - Returns: the places of the values' tokens, in the order of the row.
    mutating func columns(of row: Int, in scanner: JSONScanner, _ values: inout [Int]) {
        values.removeAll(keepingCapacity: true)
        var isKnown = true
        var at = row + 1
        let end = Int(scanner.tokens[row].next)
        while at < end {
            let place = values.count
            isKnown =
                isKnown && place < layout.names.count
                && layout.names[place].withUnsafeBytes { JSONScanner.same(scanner.bytes(at), $0) }
            values.append(at + 1)
            at = Int(scanner.tokens[at + 1].next)
        }
        guard !isKnown || values.count != layout.names.count else { return }
        layout.names = values.map { Array(scanner.bytes($0 - 1)) }
        layout.ordered = layout.names.indices.filter { !leftOut.contains(String(decoding: layout.names[$0], as: UTF8.self)) }
            .sorted { layout.names[$0].lexicographicallyPrecedes(layout.names[$1]) }
    }
}
