/// A predicate as a row of tests, each of which says where to go on: what is evaluated for every request.
///
/// Jumps lead forward only, so a run ends after at most as many tests as there are. It does not allocate, except in `tree` tests.
///
/// It is an object, with source and tree beside the tests, so that a predicate is one reference; nothing in it changes after it is made.
final class DecisionProgram: Sendable {
    enum Outcome: Sendable {
        case yes
        case no
        /// Only the walk over the tree can say.
        case undecided
    }

    let source: String
    let node: RequestNode
    /// In the order of their indexes; empty for a predicate that is constant, and for one that is too large and always undecided.
    let tests: [DecisionTest]
    /// Index of the first test, or an end.
    let start: UInt16
    /// All slots of the tests are below this.
    let slotCount: Int
    let tables: DecisionTables

    init(source: String, node: RequestNode, tests: [DecisionTest], start: UInt16, tables: DecisionTables) {
        self.source = source
        self.node = node
        self.tests = tests
        slotCount = tests.reduce(0) { max($0, Int($1.slot) + 1) }
        self.start = start
        self.tables = tables
    }
}

/// What the tests of a program refer to by index.
struct DecisionTables: Sendable {
    /// All constant texts in a row.
    var constants: [UInt8] = []
    var words: [WordSet] = []
    var networks: [[IPNetwork]] = []
    var hashes: [DecisionHash] = []
    var versions: [SemanticVersion] = []
    var patterns: [[UInt8]] = []
    var regexes: [RequestRegex] = []
    var trees: [RequestNode] = []
}

/// Texts that one is looked up among, sorted by their length, first bytes and rest.
struct WordSet: Sendable {
    private let words: [(key: UInt64, bytes: [UInt8])]

    init(_ texts: [[UInt8]]) {
        words = Set(texts).map { (Self.prefix($0), $0) }.sorted { left, right in
            if left.bytes.count != right.bytes.count { return left.bytes.count < right.bytes.count }
            return left.key != right.key ? left.key < right.key : left.bytes.lexicographicallyPrecedes(right.bytes)
        }
    }

    /// The first eight bytes of a text as a slot keeps them.
    static func prefix(_ bytes: [UInt8]) -> UInt64 {
        bytes.prefix(8).enumerated().reduce(0) { $0 | UInt64($1.element) << UInt64(8 * $1.offset) }
    }

    func contains(_ text: UnsafeBufferPointer<UInt8>, prefix: UInt64) -> Bool {
        var low = 0
        var high = words.count
        while low < high {
            let middle = (low + high) / 2
            let word = words[middle]
            let isBefore: Bool
            if word.bytes.count != text.count {
                isBefore = word.bytes.count < text.count
            } else if word.key != prefix {
                isBefore = word.key < prefix
            } else if word.bytes.count <= 8 || word.bytes.elementsEqual(text) {
                return true
            } else {
                isBefore = word.bytes.lexicographicallyPrecedes(text)
            }
            if isBefore { low = middle + 1 } else { high = middle }
        }
        return false
    }
}
