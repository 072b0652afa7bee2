/// What the verification of an evidence bundle saw, and what does not hold.
public struct BundleVerification: Sendable, Hashable, Codable {
    public var release: String
    /// The log whose head the bundle carries, how many entries that head covers, and its root in hexadecimal; empty without one.
    public var origin: String
    public var coveredEntries: UInt64
    public var root: String
    /// Entries of the release in the bundle, and how many of them are proven to be under the head.
    public var entries: UInt64
    public var provenEntries: UInt64
    public var decisions: UInt64
    /// Documents of evidence that are what their decisions name, and those that had expired when the bundle was made.
    public var evidence: UInt64
    public var expiredEvidence: UInt64
    /// The keys that have signed the head, and whether the one that is trusted came from outside.
    public var keys: [String]
    public var isKeyPinned: Bool
    public var findings: [Finding]

    /// Something is proven, and nothing contradicts it.
    public var holds: Bool { findings.isEmpty }
}
