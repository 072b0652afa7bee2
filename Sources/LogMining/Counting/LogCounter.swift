public import ReleaseModel

/// What was counted from one source.
public struct CountedLogs: Sendable, Hashable {
    public var source: LogSource
    /// With an empty `arm`: only a release knows which arm a revision is.
    public var counts: [LogCount]

    public init(source: LogSource, counts: [LogCount]) {
        self.source = source
        self.counts = counts
    }
}

/// Counts events by source, template and ten-second window of their own time.
public struct LogCounter: Sendable {
    public static let window = TimeSpan.seconds(10)

    private struct Key: Hashable {
        var source: LogSource
        var template: String
        var windowStart: Timestamp
    }

    private struct Entry {
        var key: Key
        var template: LogTemplate
        var count: Int
        var sample: String?
    }

    private let maximumCounters: Int
    private var index: [Key: Int] = [:]
    private var entries: [Entry] = []

    /// - Parameter maximumCounters: distinct keys held between two drains.
    public init(maximumCounters: Int = LogCollectorLimits().counters) { self.maximumCounters = maximumCounters }

    /// Counts one event; false when there is no room for another key.
    ///
    /// - Parameter sample: a masked line of it, where one is to be kept.
    public mutating func add(_ template: LogTemplate, source: LogSource, time: Timestamp, sample: String? = nil) -> Bool {
        let key = Key(source: source, template: template.id, windowStart: Self.windowStart(time))
        if let position = index[key] {
            entries[position].count += 1
            entries[position].template = template
            if entries[position].sample == nil { entries[position].sample = sample }
            return true
        }
        guard entries.count < maximumCounters else { return false }
        index[key] = entries.count
        entries.append(Entry(key: key, template: template, count: 1, sample: sample))
        return true
    }

    /// What was counted since the last drain, sources and templates in the order in which they came.
    ///
    /// The counts are increments: a window that is still open comes again with what was added since.
    public mutating func drain() -> [CountedLogs] {
        var batches: [CountedLogs] = []
        var positions: [LogSource: Int] = [:]
        for entry in entries {
            let count = LogCount(
                arm: "", instance: entry.key.source.instance, template: entry.template.id, text: entry.template.text,
                severity: entry.template.severity, exceptionClass: entry.template.exceptionClass, count: entry.count,
                windowStart: entry.key.windowStart, sample: entry.sample)
            if let position = positions[entry.key.source] {
                batches[position].counts.append(count)
            } else {
                positions[entry.key.source] = batches.count
                batches.append(CountedLogs(source: entry.key.source, counts: [count]))
            }
        }
        index.removeAll(keepingCapacity: true)
        entries.removeAll(keepingCapacity: true)
        return batches
    }

    static func windowStart(_ time: Timestamp) -> Timestamp {
        let remainder = time.microseconds % window.microseconds
        return Timestamp(microseconds: time.microseconds - (remainder < 0 ? remainder + window.microseconds : remainder))
    }
}
