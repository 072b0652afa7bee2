import LogMining

/// What the log intake took in and what it refused.
final class IntakeCounters: Sendable {
    /// Why pushes were refused.
    enum Refusal: String, Sendable, CaseIterable {
        case malformed
        case unlabelled
        case tooLarge = "too_large"
        case encoding
        case busy
        case rate
        case slow
    }

    let pushes = Counter()
    let bytes = Counter()
    let lines = Counter()
    let flushed = Counter()
    let flushFailures = Counter()
    let dropped = Counter()
    let steps = Counter()
    let droppedSteps = Counter()
    private let refused: [(refusal: Refusal, counter: Counter)] = Refusal.allCases.map { ($0, Counter()) }

    func refuse(_ refusal: Refusal) { refused.first { $0.refusal == refusal }?.counter.add(1) }

    func write(to text: inout PrometheusText, statistics: LogCollectorStatistics) {
        counter(&text, "pushes_total", "Pushes of log lines that were read.", pushes.value)
        counter(&text, "bytes_total", "Bytes of log pushes.", bytes.value)
        counter(&text, "lines_total", "Log lines that were read.", lines.value)
        counter(&text, "events_total", "Log events that were counted, the lines of one stack trace as one.", statistics.events)
        counter(&text, "late_total", "Log lines that came too late to count.", statistics.late)
        counter(&text, "overflow_total", "Log lines that were not told apart for want of room.", statistics.overflow)
        counter(&text, "cut_lines_total", "Log lines that were cut for their length.", statistics.cutLines)
        counter(&text, "flushed_counts_total", "Template counts written to the database.", flushed.value)
        counter(&text, "flush_failures_total", "Writes of template counts that failed.", flushFailures.value)
        counter(&text, "dropped_counts_total", "Template counts that were given up because the database did not take them.", dropped.value)
        counter(&text, "sequence_events_total", "Events of log sequences written to the database.", steps.value)
        counter(&text, "dropped_sequence_events_total", "Events of log sequences that were given up.", droppedSteps.value)
        text.family("tidegate_intake_templates", "gauge", "Log templates that are held.")
        text.sample("tidegate_intake_templates", [], Double(statistics.templates))
        text.family("tidegate_intake_refused_total", "counter", "Pushes that were refused, by reason.")
        for (refusal, counter) in refused {
            text.sample("tidegate_intake_refused_total", [("reason", refusal.rawValue)], Double(counter.value))
        }
    }

    private func counter(_ text: inout PrometheusText, _ name: String, _ help: String, _ value: Int) {
        text.family("tidegate_intake_\(name)", "counter", help)
        text.sample("tidegate_intake_\(name)", [], Double(value))
    }
}
