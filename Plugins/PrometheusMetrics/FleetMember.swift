internal import PluginKit
internal import ReleaseModel

/// A release that is expected to want the next window.
struct FleetMember {
    let release: ReleaseID
    let service: String
    let arms: [Arm]
    /// Up to where it was read.
    let through: Timestamp
    /// When its next window ends, if it is as long as the last one.
    let next: Timestamp
    /// Series that it has in one answer.
    let series: Int?

    init(_ reading: SubjectReading) {
        release = reading.subject.release
        service = reading.subject.service
        arms = reading.subject.arms
        through = reading.windowEnd
        next = reading.windowEnd + (reading.through.map { reading.windowEnd - $0 } ?? .zero)
        series = reading.expectedSeries
    }
}
