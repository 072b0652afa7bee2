/// What an import came to.
public struct ImportReport: Sendable, Codable {
    public var policies: [ImportedPolicy]
    public var files: [ImportedFile]
    /// What was adapted, left elsewhere or dropped, in the order of files and lines.
    public var remarks: [FieldRemark]

    public var counts: FieldCounts { files.reduce(FieldCounts()) { $0 + $1.counts } }
}

/// A policy that was made from manifests.
public struct ImportedPolicy: Sendable, Codable {
    public var name: String
    /// The manifest that it was made from: file, kind and name.
    public var file: String
    public var source: String
    /// The policy, as `policy lint` and `policy apply` take it.
    public var yaml: String
}

/// What one file held.
public struct ImportedFile: Sendable, Codable {
    public var file: String
    /// `Rollout checkout`, for what was imported.
    public var manifests: [String]
    /// Documents of other kinds, which no release policy is made from.
    public var others: [String]
    public var counts: FieldCounts
    /// Why the file could not be read.
    public var problem: String?
}

/// How many fields came to which outcome.
public struct FieldCounts: Sendable, Codable, Hashable {
    public var carried = 0
    public var adapted = 0
    public var elsewhere = 0
    public var dropped = 0

    public init() {}

    init(_ counts: [FieldOutcome: Int]) {
        carried = counts[.carried] ?? 0
        adapted = counts[.adapted] ?? 0
        elsewhere = counts[.elsewhere] ?? 0
        dropped = counts[.dropped] ?? 0
    }

    /// Fields that are about the release.
    public var ofRelease: Int { carried + adapted + dropped }

    /// Share of the fields about the release that the policy carries, as they are or adapted; nil where there are none.
    public var share: Double? { ofRelease > 0 ? Double(carried + adapted) / Double(ofRelease) : nil }

    public static func + (left: Self, right: Self) -> Self {
        var sum = left
        sum.carried += right.carried
        sum.adapted += right.adapted
        sum.elsewhere += right.elsewhere
        sum.dropped += right.dropped
        return sum
    }
}
