import Hashing

/// One line of a bundle's entries: what the entry says, and what the line says of it.
struct BundledEntry {
    var leafHash: InlineDigest
    var digest: String
    var kind: String?
    var position: Int64?
    var sequence: Int64?
    var from: String?
    var to: String?
    var evidence: String?
    var policy: String?

    var leaf: UInt64?
    var statedDigest: String?
    var statedKind: String?
    var statedPosition: Int64?

    /// - Parameter token: the entry within the line.
    init(_ token: Int, _ scanner: JSONScanner) {
        let bytes = scanner.bytes(token)
        leafHash = InlineDigest(prefix: 0, of: bytes)
        digest = InlineDigest(of: bytes).hex
        kind = scanner.string(scanner.member(token, "kind"))
        position = scanner.integer(scanner.member(scanner.member(token, "history"), "id"))
        sequence = scanner.integer(scanner.member(token, "sequence"))
        let body = scanner.member(token, "body")
        from = scanner.string(scanner.member(body, "from"))
        to = scanner.string(scanner.member(body, "to"))
        evidence = scanner.string(scanner.member(token, "evidenceDigest"))
        policy = scanner.string(scanner.member(token, "policyDigest"))
        leaf = scanner.integer(scanner.member(0, "leafIndex")).flatMap { UInt64(exactly: $0) }
        statedDigest = scanner.string(scanner.member(0, "sha256"))
        statedKind = scanner.string(scanner.member(0, "kind"))
        statedPosition = scanner.integer(scanner.member(0, "position"))
    }
}

/// The decisions of a release follow on each other: numbered without a gap, each from where the last one led.
struct DecisionChain {
    private var sequence: Int64 = 0
    private var state = "pending"

    /// What is wrong with the next decision; nil when it follows.
    mutating func follow(_ entry: BundledEntry) -> String? {
        defer {
            sequence = entry.sequence ?? sequence
            state = entry.to ?? state
        }
        guard let next = entry.sequence, let from = entry.from, entry.to != nil else {
            return "the decision does not say from where to where it leads"
        }
        if next != sequence + 1 { return "decision \(next) of the release follows on decision \(sequence)" }
        return from == state ? nil : "the decision begins at \(from), but the release was \(state)"
    }
}
