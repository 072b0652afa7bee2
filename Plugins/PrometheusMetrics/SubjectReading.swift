internal import PluginKit
internal import ReleaseModel

/// One release of a call: picks its series out of the shared answers, and turns them into samples and new cursors.
struct SubjectReading {
    /// One answer, by service, so that a release looks at its own series only.
    typealias Index = [String: [Series]]

    /// Notes of one reading; more are left out.
    static let maximumNotes = 8

    let subject: CollectSubject
    let state: CursorState?
    let windowEnd: Timestamp

    init(_ subject: CollectSubject, windowEnd: Timestamp) {
        self.subject = subject
        self.windowEnd = windowEnd
        state = CursorState(subject.state)
    }

    /// No samples, cursors where they were.
    func unchanged(problem: String, _ provider: ProviderBreaker) -> CollectResult {
        var next = state ?? CursorState(through: nil)
        next.provider = provider
        return CollectResult(
            release: subject.release, samples: [], state: (try? JSONValue(encoding: next)) ?? subject.state ?? .null, problem: problem,
            shortestWindow: next.scrapeInterval.map(TimeSpan.seconds))
    }

    func result(
        _ answers: [(source: MetricSource, index: Index)], _ settings: Settings, notes: [String], _ provider: ProviderBreaker
    ) -> CollectResult {
        let revisions = subject.arms.map(\.revision)
        guard Set(revisions).count == revisions.count else {
            return unchanged(problem: "two arms run the same revision, so their series cannot be told apart", provider)
        }
        // A repeated call for a window that was read already finds nothing new, and must not move the end back.
        if let through = state?.through, windowEnd <= through {
            return CollectResult(release: subject.release, samples: [], state: subject.state ?? .null)
        }
        var instances = InstanceTable(state, windowEnd: windowEnd)
        var picked: [(MetricSource, [InstanceSeries])] = []
        for (source, index) in answers {
            let series = pick(index[subject.service] ?? [], source, settings, &instances)
            if let problem = series.problem { return unchanged(problem: problem, provider) }
            picked.append((source, series.found))
        }
        var builder = SampleBuilder(previous: state, instances: instances, windowEnd: windowEnd)
        for (source, series) in picked { builder.add(source, series) }
        guard builder.cursorCount <= settings.maximumSeries * max(1, answers.count) else {
            return unchanged(
                problem: "the release has \(builder.cursorCount) counters to follow, more than maximumSeries allows", provider)
        }
        var next = builder.next
        next.provider = provider
        guard let coded = try? JSONValue(encoding: next) else { return unchanged(problem: "the cursors cannot be coded", provider) }
        let own = silentArms(picked, settings) + builder.notes + notes
        return CollectResult(
            release: subject.release, samples: builder.samples, state: coded,
            notes: own.isEmpty ? nil : Array(own.prefix(Self.maximumNotes)), shortestWindow: next.scrapeInterval.map(TimeSpan.seconds))
    }

    /// The series whose labels say that they are this service's, and of which revision. Nothing else becomes a sample.
    private func pick(
        _ answer: [Series], _ source: MetricSource, _ settings: Settings, _ instances: inout InstanceTable
    ) -> (found: [InstanceSeries], problem: String?) {
        var found: [InstanceSeries] = []
        let end = windowEnd.seconds
        for series in answer where series.labels[settings.serviceLabel] == subject.service {
            guard let arm = subject.arms.first(where: { $0.revision == series.labels[settings.revisionLabel] }) else { continue }
            guard let name = series.labels[settings.instanceLabel], !name.isEmpty else {
                return ([], "series of \(subject.service) have no label '\(settings.instanceLabel)' to tell instances apart")
            }
            guard let newest = series.newest(to: end) else { continue }
            let key = instances.note(arm: arm.name, name: name, series: series, newest: newest)
            if source.metric == Metric.processStart { instances.noteStart(key, series.points, to: end) }
            found.append(InstanceSeries(key: key, series: series))
        }
        return (found, nil)
    }

    /// Arms that should have users and of which no series was found at all.
    private func silentArms(_ picked: [(MetricSource, [InstanceSeries])], _ settings: Settings) -> [String] {
        let heard = Set(picked.flatMap { $0.1.map(\.key.arm) })
        guard !heard.isEmpty || state?.instances.isEmpty != false else { return [] }
        return subject.arms.filter { $0.weight > .zero && !heard.contains($0.name) }.map {
            "no series has \(settings.serviceLabel)=\"\(subject.service)\" and \(settings.revisionLabel)=\"\($0.revision)\" (arm \($0.name)); "
                + "if it runs, `labels` must name the labels that carry service and revision"
        }
    }
}
