/// Something that looks at a release after every poll and may ask for a rollback.
///
/// It answers with a figure that grows with the suspicion, so that one run tells for every threshold at once whether and when it would
/// have alarmed; `threshold` is the published setting.
public protocol Judge: Sendable {
    /// An alarm is raised at the first poll whose figure reaches this.
    var threshold: Double { get }
    /// Takes polls of the baseline from before the release, oldest first; most judges make nothing of them.
    mutating func prepare(_ history: [PollCounts])
    /// Takes the next poll and says how suspicious the release looks now.
    mutating func suspicion(_ counts: PollCounts) -> Double
}

extension Judge {
    public mutating func prepare(_ history: [PollCounts]) {}
}

/// A kind of judge, to make one for each release.
public struct JudgeKind: Sendable {
    public let name: String
    public let make: @Sendable () -> any Judge

    public init(_ name: String, _ make: @escaping @Sendable () -> any Judge) {
        self.name = name
        self.make = make
    }
}
