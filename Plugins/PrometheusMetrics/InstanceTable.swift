internal import ReleaseModel

/// Arm and name of an instance.
struct InstanceKey: Hashable, Comparable {
    var arm: String
    var name: String

    static func < (left: Self, right: Self) -> Bool { (left.arm, left.name) < (right.arm, right.name) }
}

struct InstanceSeries {
    var key: InstanceKey
    var series: Series
}

/// The instances of a release: which were there at the last reading, and which are there now.
struct InstanceTable {
    /// Start times that differ by less are the same start, measured twice.
    static let startTolerance = 2.0

    /// Time of the newest point of each.
    private(set) var seen: [InstanceKey: Double] = [:]
    /// Time of the oldest point of each in this reading. All series of a scrape share its time, so a series that begins later is new.
    private(set) var oldest: [InstanceKey: Double] = [:]
    /// Start times of their processes.
    private(set) var starts: [InstanceKey: Double] = [:]
    private var startsNow: Set<InstanceKey> = []
    private var restarted: Set<InstanceKey> = []
    let before: Set<InstanceKey>

    init(_ state: CursorState?, windowEnd: Timestamp) {
        let oldest = (windowEnd - CursorState.memory).seconds
        for instance in state?.instances ?? [] where instance.seen >= oldest {
            let key = InstanceKey(arm: instance.arm, name: instance.name)
            seen[key] = instance.seen
            starts[key] = instance.start
        }
        before = Set(seen.keys)
    }

    mutating func note(arm: String, name: String, series: Series, newest: Double) -> InstanceKey {
        let key = InstanceKey(arm: arm, name: name)
        seen[key] = max(seen[key] ?? newest, newest)
        let first = series.oldest ?? newest
        oldest[key] = min(oldest[key] ?? first, first)
        return key
    }

    /// Notes when a process says that it started, at each of its points up to `end`.
    mutating func noteStart(_ key: InstanceKey, _ points: [Series.Point], to end: Double) {
        for point in points where point.time <= end && point.value.isFinite {
            if let known = starts[key], abs(known - point.value) > Self.startTolerance { restarted.insert(key) }
            starts[key] = point.value
            startsNow.insert(key)
        }
    }

    /// Whether the instance's process surely went on running: its start time was read and did not move.
    func keptRunning(_ key: InstanceKey) -> Bool { startsNow.contains(key) && !restarted.contains(key) }

    /// Whether the instance was already scraped when a series was not yet there.
    func isOlder(_ key: InstanceKey, than series: Series) -> Bool {
        if before.contains(key) { return true }
        guard let oldest = oldest[key], let first = series.oldest else { return false }
        return first > oldest
    }
}
