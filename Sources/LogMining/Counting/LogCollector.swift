public import ReleaseModel

/// The whole way of a pushed line: folded into events, mined, counted. No line is kept.
///
/// A value without locks: its owner serialises the calls. `add` takes microseconds; memory is bounded by `LogCollectorLimits`.
///
///     var collector = LogCollector()
///     collector.add(try LokiPush.records(json: body, receivedAt: now), now: now)
///     for batch in collector.drain(now: now) { try await store.addLogCounts(batch) }      // every second
public struct LogCollector: Sendable {
    private let limits: LogCollectorLimits
    private var folder: EventFolder
    private var miners: [String: LogMiner] = [:]
    private var counter: LogCounter
    private var samples: SampleKeeping
    private var steps: StepCollection
    private var figures = LogCollectorStatistics()

    public init(limits: LogCollectorLimits = LogCollectorLimits(), mask: LogMask = LogMask()) {
        self.limits = limits
        folder = EventFolder(limits: limits)
        counter = LogCounter(maximumCounters: limits.counters)
        samples = SampleKeeping(limit: limits.samples, mask: mask)
        steps = StepCollection(limit: limits.stepsPerRevision)
    }

    public mutating func add(_ records: [LogRecord], now: Timestamp) {
        for record in records { add(record, now: now) }
    }

    /// Takes one record in. Its event is counted when the next one of the same source begins, or at a drain a second later.
    public mutating func add(_ record: LogRecord, now: Timestamp) {
        figures.records += 1
        if record.isCut { figures.cutLines += 1 }
        var record = record
        if now - record.time > limits.lateness {
            figures.late += 1
            return
        }
        if record.time - now > limits.ahead {
            figures.ahead += 1
            record.time = now
        }
        if let event = folder.add(record, now: now) { count(event) }
    }

    /// What was counted since the last drain, as increments. Call it about every second.
    public mutating func drain(now: Timestamp) -> [CountedLogs] {
        for event in folder.expire(now: now) { count(event) }
        return counter.drain()
    }

    /// As `drain`, with the events that may still go on: for the end of the program.
    public mutating func drainEverything(now: Timestamp) -> [CountedLogs] {
        for event in folder.expire(now: now, force: true) { count(event) }
        return counter.drain()
    }

    /// From now on these sequences are looked for, by service.
    public mutating func watch(_ sequences: [String: SequenceWatch]) { steps.watches = sequences }

    /// The events of sequences since the last time, in the order in which they came. Call it right after `drain`.
    public mutating func drainSteps() -> [RevisionSteps] { steps.drain() }

    public var statistics: LogCollectorStatistics {
        var figures = figures
        figures.cutLines += folder.cutLines
        figures.templates = miners.values.reduce(0) { $0 + $1.count }
        return figures
    }

    /// Templates that became one since the last time, by service. Call it right after `drain`: what is counted next has the new identity.
    public mutating func drainAliases() -> [MergedTemplates] {
        var merged: [MergedTemplates] = []
        for service in miners.keys.sorted() {
            let aliases = miners[service]!.takeAliases()
            if !aliases.isEmpty { merged.append(MergedTemplates(service: service, aliases: aliases)) }
        }
        return merged
    }

    private mutating func count(_ event: LogRecord) {
        if miners[event.source.service] == nil {
            guard miners.count < limits.services else {
                figures.overflow += 1
                return
            }
            miners[event.source.service] = LogMiner(limits: limits.miner)
        }
        figures.events += 1
        let mined = miners[event.source.service]!.add(event.line, severity: event.severity)
        let sample = samples.sample(of: event, template: mined.template.id)
        if !counter.add(mined.template, source: event.source, time: event.time, sample: sample) { figures.overflow += 1 }
        steps.add(event)
    }
}
