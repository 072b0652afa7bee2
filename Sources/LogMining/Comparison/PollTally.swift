internal import ReleaseModel

/// The counts of one poll put together: exposures of both arms, and the compared events by template.
struct PollTally {
    var canary = Exposure()
    var stable = Exposure()
    var canaryLines = 0
    var stableLines = 0
    /// Ordered by the template's identity.
    var events: [TemplateTally] = []
    /// The canary's harmless lines by window.
    var quietWindows: [(start: Timestamp, count: Int)] = []
    var newestCanaryWindow: Timestamp?

    /// Events of templates that count as errors.
    var errors: (canary: Int, stable: Int) {
        events.reduce((0, 0)) { $1.isError ? ($0.0 + $1.canary, $0.1 + $1.stable) : $0 }
    }

    var hasLines: Bool { canaryLines + stableLines > 0 }

    init(_ poll: LogPoll, settings: LogComparisonSettings) {
        canary.requests = max(0, poll.canaryRequests ?? 0)
        stable.requests = max(0, poll.stableRequests ?? 0)
        var canaryInstances: Set<String> = []
        var stableInstances: Set<String> = []
        for count in poll.counts where count.count > 0 {
            switch count.arm {
            case Arm.canary:
                canaryInstances.insert(count.instance)
                canaryLines += count.count
                newestCanaryWindow = max(count.windowStart, newestCanaryWindow ?? count.windowStart)
                if !settings.compares(count) {
                    canary.quietLines += Double(count.count)
                    quietWindows.append((count.windowStart, count.count))
                }
            case Arm.stable:
                stableInstances.insert(count.instance)
                stableLines += count.count
                if !settings.compares(count) { stable.quietLines += Double(count.count) }
            default: break
            }
        }
        let seconds = max(0, (poll.windowEnd - poll.windowStart).seconds)
        canary.instanceSeconds = Double(canaryInstances.count) * seconds
        stable.instanceSeconds = Double(stableInstances.count) * seconds
        events = Self.events(poll.counts.filter { settings.compares($0) && $0.count > 0 })
    }

    private static func events(_ counts: [LogCount]) -> [TemplateTally] {
        let sorted = counts.filter { $0.arm == Arm.canary || $0.arm == Arm.stable }
            .sorted { ($0.template, $0.windowStart, $0.arm, $0.instance) < ($1.template, $1.windowStart, $1.arm, $1.instance) }
        var events: [TemplateTally] = []
        for count in sorted {
            if events.last?.sample.template != count.template { events.append(TemplateTally(sample: count)) }
            events[events.count - 1].add(count)
        }
        return events
    }
}

/// The counts of one template in one poll.
struct TemplateTally {
    /// Any count of the template, for its identity and text.
    var sample: LogCount
    var canary = 0
    var stable = 0
    var canaryWindows: [(start: Timestamp, count: Int)] = []
    /// A masked line; the canary's where there is one.
    var line: String?

    var isError: Bool { LogComparisonSettings.isError(sample.severity, exceptionClass: sample.exceptionClass) }

    init(sample: LogCount) { self.sample = sample }

    mutating func add(_ count: LogCount) {
        if line == nil || (canary == 0 && count.arm == Arm.canary) { line = count.sample ?? line }
        if count.arm == Arm.canary {
            canary += count.count
            canaryWindows.append((count.windowStart, count.count))
        } else {
            stable += count.count
        }
    }
}
