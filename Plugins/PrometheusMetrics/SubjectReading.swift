internal import PluginKit
internal import ReleaseModel

/// One release of a call: picks its series out of the shared answers, and turns them into samples and new cursors.
struct SubjectReading {
    /// One answer, by service, so that a release looks at its own series only.
    typealias Index = [String: [Series]]

    /// Notes of one reading; more are left out.
    static let maximumNotes = 8
    static let maximumShownRevisions = 10
    /// While an arm has no series, it is asked this often which revisions there are.
    static let revisionsInterval = TimeSpan.seconds(600)

    let subject: CollectSubject
    let state: CursorState?
    let windowEnd: Timestamp
    /// Up to where it was read before; nil at the first reading.
    let through: Timestamp?
    /// Series that one answer holds of it, as far as that is known.
    let expectedSeries: Int?

    init(_ subject: CollectSubject, windowEnd: Timestamp) {
        self.init(subject, windowEnd: windowEnd, state: CursorState(subject.state))
    }

    init(_ subject: CollectSubject, windowEnd: Timestamp, state: CursorState?) {
        self.subject = subject
        self.windowEnd = windowEnd
        self.state = state
        through = state?.through
        expectedSeries = state?.followed.values.max()
    }

    /// A release that another call will ask for: its series are fetched along, and nothing is made of them yet.
    init(expected member: FleetMember) {
        subject = CollectSubject(release: member.release, service: member.service, arms: member.arms, state: nil)
        windowEnd = member.next
        state = nil
        through = member.through
        expectedSeries = member.series
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
        _ answers: [(source: MetricSource, index: Index)], _ settings: Settings, notes: [String], revisions: [String]?,
        _ provider: ProviderBreaker
    ) -> CollectResult {
        guard Set(subject.arms.map(\.revision)).count == subject.arms.count else {
            return unchanged(problem: "two arms run the same revision, so their series cannot be told apart", provider)
        }
        // A repeated call for a window that was read already finds nothing new, and must not move the end back.
        if let through = state?.through, windowEnd <= through {
            return CollectResult(release: subject.release, samples: [], state: subject.state ?? .null)
        }
        var instances = InstanceTable(state, windowEnd: windowEnd)
        let builder: SampleBuilder
        switch build(answers, settings, &instances) {
        case .success(let built): builder = built
        case .failure(let fault): return unchanged(problem: fault.reason, provider)
        }
        guard builder.cursorCount <= settings.maximumSeries * max(1, answers.count) else {
            return unchanged(
                problem: "the release has \(builder.cursorCount) counters to follow, more than maximumSeries allows", provider)
        }
        var next = builder.next
        next.provider = provider
        next.hasReadHistory = state?.hasReadHistory == true || wantsHistory
        next.seasonAsked = state?.seasonAsked
        next.revisionsAsked = revisions == nil ? state?.revisionsAsked : windowEnd
        guard let coded = try? JSONValue(encoding: next) else { return unchanged(problem: "the cursors cannot be coded", provider) }
        let silent = silentArms(answers, settings).map { note(on: $0, settings, known: revisions) }
        let own = silent + builder.notes + notes
        return CollectResult(
            release: subject.release, samples: builder.samples + (wantsHistory ? historySamples(answers, settings) : []), state: coded,
            notes: own.isEmpty ? nil : Array(own.prefix(Self.maximumNotes)), shortestWindow: next.scrapeInterval.map(TimeSpan.seconds))
    }

    struct Unreadable: Error {
        var reason: String
    }

    /// All series of the release, turned into samples.
    func build(
        _ answers: [(source: MetricSource, index: Index)], _ settings: Settings, _ instances: inout InstanceTable
    ) -> Result<SampleBuilder, Unreadable> {
        var picked: [(MetricSource, [InstanceSeries])] = []
        for (source, index) in answers {
            let series = pick(index[subject.service] ?? [], source, settings, &instances)
            if let problem = series.problem { return .failure(Unreadable(reason: problem)) }
            picked.append((source, series.found))
        }
        var builder = SampleBuilder(previous: state, instances: instances, windowEnd: windowEnd)
        for (source, series) in picked { builder.add(source, series) }
        return .success(builder)
    }

    /// Whether it should be asked now which revisions the service has.
    func wantsRevisions(_ answers: [(source: MetricSource, index: Index)], _ settings: Settings) -> Bool {
        if let asked = state?.revisionsAsked, windowEnd - asked < Self.revisionsInterval { return false }
        return !silentArms(answers, settings).isEmpty
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

    /// Arms that should have users and of which no series is in the answers.
    func silentArms(_ answers: [(source: MetricSource, index: Index)], _ settings: Settings) -> [Arm] {
        let heard = Set(answers.flatMap { ($0.index[subject.service] ?? []).map { $0.labels[settings.revisionLabel] ?? "" } })
        return subject.arms.filter { $0.weight > .zero && !heard.contains($0.revision) }
    }

    /// What a person needs to know to find the missing series.
    /// - Parameter known: the revisions that the service has by its labels; nil where they were not asked for.
    private func note(on arm: Arm, _ settings: Settings, known: [String]?) -> String {
        let missing =
            "no series has \(settings.serviceLabel)=\"\(subject.service)\" and \(settings.revisionLabel)=\"\(arm.revision)\" (arm \(arm.name))"
        guard let known else { return missing + "; `labels` must name the labels that carry service and revision" }
        guard !known.isEmpty else {
            return missing + "; the service has no series at all: is it scraped, and does the label '\(settings.serviceLabel)' name it?"
        }
        let shown = known.prefix(Self.maximumShownRevisions).map { $0.isEmpty ? "none" : "\"\($0)\"" }.joined(separator: ", ")
        return missing + "; there is \(settings.revisionLabel) \(shown)"
    }
}
