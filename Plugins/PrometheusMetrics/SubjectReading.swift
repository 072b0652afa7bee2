internal import PluginKit
internal import ReleaseModel

/// One release of a call: picks its series out of the shared answers, and turns them into samples and new cursors.
struct SubjectReading {
    let subject: CollectSubject
    let state: CursorState?
    private let windowEnd: Timestamp

    init(_ subject: CollectSubject, windowEnd: Timestamp) {
        self.subject = subject
        self.windowEnd = windowEnd
        state = CursorState(subject.state)
    }

    /// No samples, cursors where they were.
    func unchanged(problem: String) -> CollectResult {
        CollectResult(release: subject.release, samples: [], state: subject.state ?? .null, problem: problem)
    }

    func result(_ answers: [(MetricSource, MatrixAnswer)], _ settings: Settings) -> CollectResult {
        let revisions = subject.arms.map(\.revision)
        guard Set(revisions).count == revisions.count else {
            return unchanged(problem: "two arms run the same revision, so their series cannot be told apart")
        }
        // A repeated call for a window that was read already finds nothing new, and must not move the end back.
        if let state, windowEnd <= state.through {
            return CollectResult(release: subject.release, samples: [], state: subject.state ?? .null)
        }
        var instances = InstanceTable(state, windowEnd: windowEnd)
        var picked: [(MetricSource, [InstanceSeries])] = []
        for (source, answer) in answers {
            let series = pick(answer, settings, &instances)
            if let problem = series.problem { return unchanged(problem: problem) }
            picked.append((source, series.found))
        }
        var builder = SampleBuilder(previous: state, instances: instances, windowEnd: windowEnd)
        for (source, series) in picked { builder.add(source, series) }
        guard builder.cursorCount <= settings.maximumSeries * max(1, answers.count) else {
            return unchanged(problem: "the release has \(builder.cursorCount) counters to follow, more than maximumSeries allows")
        }
        let next = builder.next
        guard let coded = try? JSONValue(encoding: next) else { return unchanged(problem: "the cursors cannot be coded") }
        return CollectResult(release: subject.release, samples: builder.samples, state: coded)
    }

    private func pick(
        _ answer: MatrixAnswer, _ settings: Settings, _ instances: inout InstanceTable
    ) -> (found: [InstanceSeries], problem: String?) {
        var found: [InstanceSeries] = []
        for series in answer.series where series.labels[settings.serviceLabel] == subject.service {
            guard let arm = subject.arms.first(where: { $0.revision == series.labels[settings.revisionLabel] }) else { continue }
            guard let name = series.labels[settings.instanceLabel], !name.isEmpty else {
                return ([], "series of \(subject.service) have no label '\(settings.instanceLabel)' to tell instances apart")
            }
            let end = windowEnd.seconds
            guard let newest = series.points.last(where: { $0.time <= end })?.time else { continue }
            let key = instances.note(arm: arm.name, name: name, points: series.points, newest: newest)
            found.append(InstanceSeries(key: key, series: series))
        }
        return (found, nil)
    }
}

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
    /// Time of the newest point of each.
    private(set) var seen: [InstanceKey: Double] = [:]
    /// Time of the oldest point of each in this reading. All series of a scrape share its time, so a series that begins later is new.
    private(set) var oldest: [InstanceKey: Double] = [:]
    let before: Set<InstanceKey>

    init(_ state: CursorState?, windowEnd: Timestamp) {
        let oldest = (windowEnd - CursorState.memory).seconds
        for instance in state?.instances ?? [] where instance.seen >= oldest {
            seen[InstanceKey(arm: instance.arm, name: instance.name)] = instance.seen
        }
        before = Set(seen.keys)
    }

    mutating func note(arm: String, name: String, points: [Series.Point], newest: Double) -> InstanceKey {
        let key = InstanceKey(arm: arm, name: name)
        seen[key] = max(seen[key] ?? newest, newest)
        let first = points.first?.time ?? newest
        oldest[key] = min(oldest[key] ?? first, first)
        return key
    }

    /// Whether the instance was already scraped when a series with these points was not yet there.
    func isOlder(_ key: InstanceKey, than points: [Series.Point]) -> Bool {
        if before.contains(key) { return true }
        guard let oldest = oldest[key], let first = points.first?.time else { return false }
        return first > oldest
    }
}
