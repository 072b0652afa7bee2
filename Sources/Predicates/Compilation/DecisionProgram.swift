/// A predicate as a row of tests, each of which says where to go on: what is evaluated for every request.
///
/// Jumps lead forward only, so a run ends after at most as many tests as there are. It does not allocate, except in `tree` tests.
///
/// It is an object, with source and tree beside the tests, so that a predicate is one reference; nothing in it changes after it is made.
final class DecisionProgram: Sendable {
    let source: String
    let node: RequestNode
    /// In the order of their indexes; empty for a predicate that is constant, and for one that is too large and always undecided.
    let tests: [DecisionTest]
    /// Index of the first test, or an end.
    let start: UInt16
    /// The same, where all tests are comparisons and the first one is where it starts; otherwise empty.
    let comparisons: [SlotComparison]
    /// All slots of the tests are below this.
    let slotCount: Int
    let tables: DecisionTables

    init(source: String, node: RequestNode, tests: [DecisionTest], start: UInt16, tables: DecisionTables) {
        self.source = source
        self.node = node
        self.tests = tests
        slotCount = tests.reduce(0) { max($0, Int($1.slot) + 1) }
        self.start = start
        comparisons = start == 0 ? SlotComparison.row(tests) : []
        self.tables = tables
    }
}
