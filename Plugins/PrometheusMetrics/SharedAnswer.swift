internal import PluginKit
internal import ReleaseModel

/// The answers to one group's queries, for releases that come later with the same window.
struct SharedAnswer {
    let end: Timestamp
    /// From where on the points were asked for.
    let begin: Timestamp
    let asked: ContinuousClock.Instant
    let answers: [(source: MetricSource, index: SubjectReading.Index)]
    let queries: [ResolvedQuery]
    let skew: ClockSkew?
    /// The revisions that were asked for, by service.
    let revisions: [String: Set<String>]

    func covers(_ reading: SubjectReading) -> Bool {
        guard end == reading.windowEnd, let known = revisions[reading.subject.service], let through = reading.through else { return false }
        return through - reading.historySpan >= begin && reading.subject.arms.allSatisfy { known.contains($0.revision) }
    }
}
