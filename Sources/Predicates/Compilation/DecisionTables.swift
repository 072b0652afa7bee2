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
