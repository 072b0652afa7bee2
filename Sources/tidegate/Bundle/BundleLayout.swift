/// The names of what an evidence bundle holds.
enum BundleLayout {
    static let format = "tidegate-bundle/1"
    static let readme = "README.md"
    static let manifest = "manifest.json"
    static let report = "report.html"
    static let release = "release.json"
    static let entries = "entries.ndjson"
    static let policySource = "policy.yaml"
    static let access = "access.json"
    static let checkpoint = "checkpoint"
    static let keys = "log.pub"

    static func evidence(_ digest: String) -> String { "evidence/\(digest).json" }
    /// The proof of the entry at a position.
    static func proof(_ position: Int64) -> String { "proofs/\(position).tlog-proof" }
    static func policy(_ digest: String) -> String { "policy/\(digest).json" }
}
