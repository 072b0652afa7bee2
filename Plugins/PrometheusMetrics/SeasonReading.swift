internal import PluginKit
internal import ReleaseModel

/// Adds to releases in which stable has no users left what the service did at the same time on previous days, since there is nobody left to
/// compare with. Asked now and then, for all such services in one query a metric.
struct SeasonReading {
    /// Every so often, and so long an answer serves other releases.
    static let interval = TimeSpan.seconds(300)
    /// In one query; the others ask in their own calls.
    static let maximumServices = 500

    private let settings: Settings
    private let memory: FleetMemory

    init(_ settings: Settings, _ memory: FleetMemory) {
        self.settings = settings
        self.memory = memory
    }

    mutating func add(to response: inout CollectResponse, _ request: CollectRequest, _ context: CallContext) {
        guard settings.previousDays > 0 else { return }
        for index in response.results.indices where response.results[index].problem == nil && request.subjects.indices.contains(index) {
            let subject = request.subjects[index]
            let end = request.windowEnd(of: subject)
            guard Self.isAlone(subject.arms), var state = CursorState(response.results[index].state),
                state.seasonAsked.map({ end - $0 >= Self.interval }) ?? true
            else { continue }
            let answer: SeasonAnswer
            do throws(QueryFault) {
                answer = try self.answer(for: subject.service, end, request.configuration, &response, context)
                response.results[index].samples += answer.samples[subject.service] ?? []
            } catch {
                let notes = response.results[index].notes ?? []
                if notes.count < SubjectReading.maximumNotes {
                    response.results[index].notes = notes + ["previous days could not be read: \(error.reason)"]
                }
            }
            state.seasonAsked = end
            if let coded = try? JSONValue(encoding: state) { response.results[index].state = coded }
        }
    }

    /// Whether stable has no users and another arm has.
    static func isAlone(_ arms: [Arm]) -> Bool {
        arms.contains { $0.name != Arm.stable && $0.weight > .zero } && !arms.contains { $0.name == Arm.stable && $0.weight > .zero }
    }

    /// From memory where another release has asked lately, otherwise for all that will want it.
    private func answer(
        for service: String, _ end: Timestamp, _ configuration: JSONValue, _ response: inout CollectResponse, _ context: CallContext
    ) throws(QueryFault) -> SeasonAnswer {
        let now = ContinuousClock.now
        if let known = memory.season(of: configuration, at: now), known.services.contains(service), known.end <= end,
            end - known.end < Self.interval
        {
            return known
        }
        let others = memory.servicesAlone(of: configuration).filter { $0 != service }
        let services = ([service] + others.prefix(Self.maximumServices - 1)).sorted()
        let source = try PrometheusSource(settings, context)
        var answer = SeasonAnswer(end: end, asked: now, services: services)
        for metric in settings.sources {
            guard let query = SeasonQuery(metric, settings, services)?.text else { continue }
            let found = try source.answer(to: query, at: end, as: .vector)
            response.queries.append(ResolvedQuery(query: query, time: end, series: found.series.count))
            answer.add(found.series, of: metric, settings)
        }
        memory.note(answer, of: configuration)
        return answer
    }
}
