internal import PluginKit
internal import ReleaseModel

/// One call: what an earlier call of the same window has brought along is taken from memory, the rest is asked for.
struct WindowReading {
    private let settings: Settings
    private let source: JSONValue
    private let memory: FleetMemory
    private let readings: [SubjectReading]
    /// The latest end of the releases' windows, which is the breaker's clock.
    private let now: Timestamp

    init(_ settings: Settings, _ request: CollectRequest, _ memory: FleetMemory) {
        self.settings = settings
        self.memory = memory
        source = request.configuration
        readings = request.subjects.map { SubjectReading($0, windowEnd: request.windowEnd(of: $0)) }
        now = readings.map(\.windowEnd).max() ?? request.windowEnd
    }

    func response(_ context: CallContext) -> CollectResponse {
        let asked = ContinuousClock.now
        let found = readings.map { memory.answer(to: $0, of: source, at: asked) }
        let open = zip(readings, found).filter { $0.1 == nil }.map(\.0)
        var provider = ProviderBreaker.newest(readings.compactMap { $0.state?.provider } + [memory.provider(of: source)].compactMap(\.self))
        var fleet = FleetReading(settings, open, expected: expected(besides: open))
        var fault: QueryFault?
        if !open.isEmpty {
            if provider.breaker(at: now) == .open {
                fault = QueryFault(kind: .unavailable, reason: provider.refusal(of: settings.url))
            } else {
                do throws(QueryFault) {
                    fleet.run(try PrometheusSource(settings, context))
                    provider.note(fleet.fault, at: now)
                } catch {
                    provider.note(error, at: now)
                    fault = error
                }
            }
        }
        let results = results(found, fleet, fault, provider)
        memory.note(readings, results: results, shared: fleet.shared(at: asked), provider: provider, of: source, at: asked)
        let queries = open.isEmpty ? found.compactMap(\.self).first?.queries ?? [] : fleet.queries
        return CollectResponse(results: results, queries: queries, provider: provider.standing(of: settings.url, at: now))
    }

    /// The releases that other calls will ask for, where all of this call want one window.
    private func expected(besides open: [SubjectReading]) -> [SubjectReading] {
        guard !open.isEmpty, open.allSatisfy({ $0.windowEnd == now && $0.through != nil }) else { return [] }
        return memory.expected(at: now, besides: Set(readings.map(\.subject.release)), of: source).map { SubjectReading(expected: $0) }
    }

    private func results(
        _ found: [SharedAnswer?], _ fleet: FleetReading, _ fault: QueryFault?, _ provider: ProviderBreaker
    ) -> [CollectResult] {
        var next = 0
        return zip(readings, found).map { reading, answer in
            if let answer {
                return reading.result(answer.answers, settings, notes: notes(answer.skew), revisions: nil, provider)
            }
            defer { next += 1 }
            if let fault { return reading.unchanged(problem: fault.reason, provider) }
            switch fleet.outcomes[next] {
            case .read(let answers):
                return reading.result(
                    answers, settings, notes: notes(fleet.skew), revisions: fleet.revisions[reading.subject.service], provider)
            case .failed(let fault): return reading.unchanged(problem: fault.reason, provider)
            case nil: return reading.unchanged(problem: "Prometheus was not asked", provider)
            }
        }
    }

    private func notes(_ skew: ClockSkew?) -> [String] { [skew?.note].compactMap(\.self) }
}
