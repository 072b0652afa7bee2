/// One thing that does not hold.
public struct Finding: Sendable, Hashable, Codable {
    public enum Code: String, Sendable, Hashable, Codable {
        /// The input cannot be read, or ends too early.
        case unreadable
        /// An entry is not the one that was signed; it is missing, or stands elsewhere.
        case entry
        /// A stored digest of the tree is not the one that follows from the entries.
        case tile
        /// A signed head does not fit the entries, or is not signed by a key that counts.
        case checkpoint
        /// What was anchored outside does not fit the entries.
        case anchor
        /// A row is not what the entries say it is.
        case row
        /// Evidence has another digest.
        case evidence
        /// The decisions of a release do not follow from each other, or the release does not stand where they lead.
        case decision
        /// An effect without its decision, or another one than was decided.
        case effect
        /// The data plane carried something that nobody decided.
        case dataPlane
    }

    public var code: Code
    /// The leaf at which the history stops to hold; nil where no entry is at fault.
    public var entry: UInt64?
    /// The table, its row (by its key) and the column, where that is known.
    public var table: String?
    public var key: String?
    public var column: String?
    /// What is wrong, in a sentence.
    public var reason: String

    public init(_ code: Code, entry: UInt64? = nil, table: String? = nil, key: String? = nil, column: String? = nil, _ reason: String) {
        self.code = code
        self.entry = entry
        self.table = table
        self.key = key
        self.column = column
        self.reason = reason
    }
}
