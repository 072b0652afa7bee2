public import ReleaseModel

/// The events of sequences that one revision wrote.
public struct RevisionSteps: Sendable, Hashable {
    public var service: String
    public var revision: String
    /// With an empty `arm`. A step of none says that events were left out.
    public var steps: [LogStep]
}

/// Collects the events of sequences between two drains, bounded for each revision.
struct StepCollection: Sendable {
    var watches: [String: SequenceWatch] = [:]
    private let limit: Int
    private var collected: [RevisionSteps] = []

    init(limit: Int) { self.limit = limit }

    mutating func add(_ event: LogRecord) {
        guard let watch = watches[event.source.service], !watch.isEmpty else { return }
        let steps = watch.steps(of: event, parsed: ParsedLine(event.line))
        guard !steps.isEmpty else { return }
        let place = collected.firstIndex { $0.service == event.source.service && $0.revision == event.source.revision }
        if place == nil { collected.append(RevisionSteps(service: event.source.service, revision: event.source.revision, steps: [])) }
        let index = place ?? collected.count - 1
        for step in steps {
            if collected[index].steps.count < limit {
                collected[index].steps.append(step)
            } else {
                leaveOut(step, at: index)
            }
        }
    }

    /// Says once for each sequence that something was left out.
    private mutating func leaveOut(_ step: LogStep, at index: Int) {
        let mark = LogStep(arm: "", sequence: step.sequence, steps: 0, key: "", at: step.at)
        if !collected[index].steps[limit...].contains(where: { $0.sequence == step.sequence }) { collected[index].steps.append(mark) }
    }

    mutating func drain() -> [RevisionSteps] {
        defer { collected = [] }
        return collected
    }
}
