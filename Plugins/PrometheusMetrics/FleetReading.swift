internal import PluginKit
internal import ReleaseModel

/// One call's questions: one query per metric for all releases together, split only where an answer would be too large.
///
/// Releases are asked for in groups that fit one answer by what was followed last time. A group whose answer is too large all the same
/// is halved, and goes on from the same metric. A fault of the provider ends the call; the releases that were complete stay complete.
struct FleetReading {
    /// Queries of one call; releases beyond them are told so.
    static let maximumQueries = 256
    /// Bytes of service and revision names in one query.
    static let maximumNameBytes = 256 * 1024
    /// Services whose revisions are asked for in one call.
    static let maximumDoubtful = 100

    /// How one release came out: its answers, or why there are none.
    enum Outcome {
        case read([(source: MetricSource, index: SubjectReading.Index)])
        case failed(QueryFault)
    }

    private struct Step {
        var group: ArraySlice<Int>
        var metric: Int
        var answers: [(source: MetricSource, index: SubjectReading.Index)]
    }

    private let settings: Settings
    /// The releases of this call, and behind them those that are expected to want the same answer in another.
    private let readings: [SubjectReading]
    private let ownCount: Int
    /// The groups that were answered.
    private(set) var answered: [(group: ArraySlice<Int>, answers: [(source: MetricSource, index: SubjectReading.Index)])] = []
    private(set) var outcomes: [Outcome?]
    private(set) var queries: [ResolvedQuery] = []
    private(set) var skew: ClockSkew?
    /// By service the revisions that its series have, for services whose arms were looked for in vain.
    private(set) var revisions: [String: [String]] = [:]
    /// The first fault that ended the call.
    private(set) var fault: QueryFault?

    /// - Parameter expected: releases of other calls whose series are fetched along.
    init(_ settings: Settings, _ readings: [SubjectReading], expected: [SubjectReading] = []) {
        self.settings = settings
        self.readings = readings + expected
        ownCount = readings.count
        outcomes = Array(repeating: nil, count: self.readings.count)
    }

    mutating func run(_ source: PrometheusSource) {
        var steps = groups().reversed().map { Step(group: $0, metric: 0, answers: []) }
        while let step = steps.popLast() {
            guard step.metric < settings.sources.count else {
                for index in step.group { outcomes[index] = .read(step.answers) }
                answered.append((step.group, step.answers))
                continue
            }
            if let fault {
                for index in step.group { outcomes[index] = .failed(fault) }
                continue
            }
            do throws(QueryFault) {
                guard queries.count < Self.maximumQueries else {
                    throw QueryFault(kind: .noTime, reason: "one call asks Prometheus at most \(Self.maximumQueries) times")
                }
                var next = step
                next.answers.append(try ask(source, settings.sources[step.metric], step.group))
                next.metric += 1
                steps.append(next)
            } catch {
                if error.kind == .tooMuch, step.group.count > 1 {
                    let middle = step.group.startIndex + step.group.count / 2
                    for half in [step.group[middle...], step.group[..<middle]] {
                        steps.append(Step(group: half, metric: step.metric, answers: step.answers))
                    }
                } else {
                    if error.kind != .tooMuch { fault = error }
                    for index in step.group { outcomes[index] = .failed(error) }
                }
            }
        }
        askForRevisions(source)
    }

    /// One more query, and only while an arm of a release has no series: which revisions do these services have? An answer that cannot be
    /// had leaves the note shorter, and nothing else.
    private mutating func askForRevisions(_ source: PrometheusSource) {
        var services: Set<String> = []
        var end: Timestamp?
        for (reading, outcome) in zip(readings.prefix(ownCount), outcomes) {
            guard case .read(let answers)? = outcome, services.count < Self.maximumDoubtful, reading.wantsRevisions(answers, settings)
            else {
                continue
            }
            services.insert(reading.subject.service)
            end = max(end ?? reading.windowEnd, reading.windowEnd)
        }
        guard let end, fault == nil, queries.count < Self.maximumQueries else { return }
        let query = Selection.revisions(settings, of: services)
        guard let answer = try? source.answer(to: query, at: end, as: .vector) else { return }
        queries.append(ResolvedQuery(query: query, time: end, series: answer.series.count))
        let found = Dictionary(grouping: answer.series) { $0.labels[settings.serviceLabel] ?? "" }
        for service in services { revisions[service] = (found[service] ?? []).map { $0.labels[settings.revisionLabel] ?? "" }.sorted() }
    }

    private mutating func ask(
        _ source: PrometheusSource, _ metric: MetricSource, _ group: ArraySlice<Int>
    ) throws(QueryFault) -> (source: MetricSource, index: SubjectReading.Index) {
        let selection = Selection(settings, group.map { readings[$0] })
        let query = selection.query(for: metric)
        do throws(QueryFault) {
            let answer = try source.answer(to: query, at: selection.end)
            queries.append(ResolvedQuery(query: query, time: selection.end, series: answer.series.count))
            skew = skew ?? answer.skew
            return (metric, Dictionary(grouping: answer.series) { $0.labels[settings.serviceLabel] ?? "" })
        } catch {
            queries.append(ResolvedQuery(query: query, time: selection.end, series: 0))
            throw error
        }
    }

    /// What was answered, for the releases that other calls will ask for; nothing where there are none.
    func shared(at asked: ContinuousClock.Instant) -> [SharedAnswer] {
        answered.filter { $0.group.contains { $0 >= ownCount } }.map { group, answers in
            let selection = Selection(settings, group.map { readings[$0] })
            var revisions: [String: Set<String>] = [:]
            for index in group {
                revisions[readings[index].subject.service, default: []].formUnion(readings[index].subject.arms.map(\.revision))
            }
            return SharedAnswer(
                end: selection.end, begin: selection.begin, asked: asked, answers: answers, queries: queries, skew: skew,
                revisions: revisions)
        }
    }

    /// Releases in their order, as many to a group as one answer is expected to hold. A release that was never read counts like the
    /// mean of the others.
    private func groups() -> [ArraySlice<Int>] {
        let known = readings.map(\.expectedSeries)
        let told = known.compactMap(\.self)
        let mean = told.isEmpty ? 1 : max(1, told.reduce(0, +) / told.count)
        let order = Array(readings.indices)
        var groups: [ArraySlice<Int>] = []
        var (start, series, bytes) = (0, 0, 0)
        for index in order {
            let subject = readings[index].subject
            let size = max(1, known[index] ?? mean)
            let names = subject.service.utf8.count + subject.arms.reduce(0) { $0 + $1.revision.utf8.count + 1 }
            if index > start, series + size > settings.maximumSeries || bytes + names > Self.maximumNameBytes {
                groups.append(order[start..<index])
                (start, series, bytes) = (index, 0, 0)
            }
            series += size
            bytes += names
        }
        if start < order.count { groups.append(order[start...]) }
        return groups
    }
}
