public import ReleaseModel

/// Template counts of one instance, on their way into the database.
public struct LogCountBatch: Sendable, Hashable {
    public static let maximumCounts = 10_000

    public var service: String
    public var revision: String
    public var instance: String
    /// `arm` is ignored. Counts of the same template and window add up, with each other and with those that are stored.
    public var counts: [LogCount]

    public init(service: String, revision: String, instance: String, counts: [LogCount]) {
        self.service = service
        self.revision = revision
        self.instance = instance
        self.counts = counts
    }
}

/// How often a template was seen from an instance of a revision, in one ten-second window.
public struct RevisionLogCount: Sendable, Hashable, Codable {
    public var revision: String
    /// Its `arm` is empty; see ``asLogCounts``.
    public var count: LogCount

    public init(revision: String, count: LogCount) {
        self.revision = revision
        self.count = count
    }
}

extension [RevisionLogCount] {
    /// The counts under the names of the arms that run their revisions; those of other revisions are left out.
    public func asLogCounts(arms: [Arm]) -> [LogCount] {
        compactMap { item in
            guard let arm = arms.first(where: { $0.revision == item.revision }) else { return nil }
            var count = item.count
            count.arm = arm.name
            return count
        }
    }
}
