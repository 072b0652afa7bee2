/// What a verification saw and what does not hold.
public struct VerificationReport: Sendable, Hashable, Codable {
    public var origin: String
    /// Entries that the signed head covers.
    public var coveredEntries: UInt64
    /// Entries that were written but not numbered yet; nothing vouches for them.
    public var waitingEntries: UInt64
    /// The root over the covered entries, in hexadecimal.
    public var root: String
    public var rows: UInt64
    public var decisions: UInt64
    public var effects: UInt64
    /// Heads from outside that were compared, and the largest size among them.
    public var anchors: Int
    public var anchoredEntries: UInt64
    /// The keys that the signed head was checked against.
    public var keys: [String]
    /// True when the first key came from outside, and not from what is verified.
    public var isKeyPinned: Bool
    /// Evidence whose bytes were not at hand: left out of the export, or expired.
    public var evidenceNotSeen: UInt64
    /// Entries that tell of rows changed by hand: which login, and how many.
    public var handEdits: [String: UInt64]
    /// In the order of the entries; at most `HistoryVerifier.maximumFindings`.
    public var findings: [Finding]
    /// All of them, those that are not listed included.
    public var findingCount: UInt64

    public var holds: Bool { findingCount == 0 }
}
