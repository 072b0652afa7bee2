/// What a file is about, by its `kind`.
public enum DocumentKind: String, Sendable, Hashable, CaseIterable {
    case policy = "RolloutPolicy"
    case target = "Target"

    /// The kind that `source` names; nil when it cannot be read or names no known kind.
    public static func of(_ source: String) -> DocumentKind? {
        var report = FindingReport(file: "", source: source)
        let root = DocumentReader.read(source, maximumBytes: DocumentLimits.targetBytes, report: &report)
        return root?["kind"]?.text.flatMap { DocumentKind(rawValue: $0) }
    }

    /// The command that files of this kind belong to.
    var command: String { self == .policy ? "policy" : "target" }
}
