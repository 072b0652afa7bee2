public import ReleaseModel

/// One entry of the history with the proof that the signed head covers it.
public struct EntryProof: Codable, Sendable, Hashable {
    /// The entry's number within the history.
    public var entry: Int64
    public var kind: String
    public var release: String?
    public var leafIndex: UInt64
    public var treeSize: UInt64
    /// SHA-256 of 0x00 and the entry, in hexadecimal.
    public var leafHash: String
    /// The digests from the leaf's sibling up (RFC 9162, section 2.1.3), in hexadecimal.
    public var path: [String]
    /// The signed head, a note.
    public var checkpoint: String
    /// The entry's bytes, in base64.
    public var bytes: String
}

/// That one tree is the beginning of another (RFC 9162, section 2.1.4).
public struct TreeConsistency: Codable, Sendable, Hashable {
    public var from: UInt64
    public var to: UInt64
    /// Digests in hexadecimal.
    public var path: [String]
}

/// The log of the history: its head, its keys, and where heads are anchored.
public struct LogStatus: Codable, Sendable, Hashable {
    public struct Key: Codable, Sendable, Hashable {
        /// `name+id+base64`, as C2SP signed-note writes public keys.
        public var key: String
        public var addedBy: String
        public var addedAt: Timestamp
    }

    public struct Anchor: Codable, Sendable, Hashable {
        public var place: String
        public var size: UInt64
        public var at: Timestamp
        public var problem: String?
    }

    public var origin: String
    public var size: UInt64
    public var checkpoint: String?
    public var keys: [Key]
    public var anchors: [Anchor]
}
