import Logging
import LogMining
import ReleaseModel
import ReleaseStore
import ServiceLifecycle

/// Counts pushed log lines by template and writes the counts to the store every second. No line is kept.
///
/// What is in memory is bounded by the collector's limits and by `pendingLimit`; a database that is away costs counts, never memory.
actor LogIntake: Service {
    static let interval: Duration = .seconds(1)
    /// Counts that wait for the database. Beyond that the oldest are given up, and counted.
    static let pendingLimit = 50_000
    /// Counts that one statement writes.
    static let batchSize = 1000
    /// Events of log sequences that wait for the database.
    static let pendingStepLimit = 20_000
    /// Lines that are counted before others get their turn.
    static let turn = 1000
    /// Which sequences are looked for is asked anew after so many intervals.
    static let watchIntervals = 5

    let store: ReleaseStore
    let counters: IntakeCounters
    private let logger: Logger
    private let clock: @Sendable () -> Timestamp
    var collector = LogCollector()
    private var pending: [CountedLogs] = []
    var pendingSteps: [RevisionSteps] = []
    private var intervals = 0
    private var isFailing = false
    var pendingAliases: [MergedTemplates] = []

    init(store: ReleaseStore, counters: IntakeCounters, clock: @escaping @Sendable () -> Timestamp, logger: Logger) {
        self.store = store
        self.counters = counters
        self.clock = clock
        self.logger = logger
    }

    /// Counts lines; answers when they are counted, so that senders are as fast as this and nothing piles up.
    func add(_ records: [LogRecord]) async {
        for start in stride(from: 0, to: records.count, by: Self.turn) {
            collector.add(Array(records[start..<min(start + Self.turn, records.count)]), now: clock())
            await Task.yield()
        }
    }

    var statistics: LogCollectorStatistics { collector.statistics }

    /// Writes counts until the server stops, and once more then.
    func run() async throws {
        let ticks = AsyncStream<Void>(unfolding: { try? await Task.sleep(for: Self.interval) })
        await watchSequences()
        for await _ in ticks.cancelOnGracefulShutdown() {
            intervals += 1
            if intervals % Self.watchIntervals == 0 { await watchSequences() }
            await flush()
        }
        // Events that could still go on end here: nothing follows any more.
        pending += collector.drainEverything(now: clock())
        takeSteps()
        await flush()
    }

    /// Writes what was counted since the last time. What the database did not take is tried again.
    func flush() async {
        pending += collector.drain(now: clock())
        takeAliases()
        takeSteps()
        let batches = pending
        pending = []
        defer { boundSteps() }
        for (index, batch) in batches.enumerated() {
            do {
                try await write(batch)
                isFailing = false
            } catch let error as ReleaseError where error.code == .unavailable || error.code == .timedOut {
                tell(error)
                counters.flushFailures.add(1)
                keep(Array(batches[index...]))
                return
            } catch {
                // The same counts would be refused again.
                tell(error)
                counters.flushFailures.add(1)
                counters.dropped.add(batch.counts.count)
            }
        }
        // After the counts, so that the database knows the templates of which it is told.
        await flushAliases()
        await flushSteps()
    }

    private func write(_ batch: CountedLogs) async throws {
        for start in stride(from: 0, to: batch.counts.count, by: Self.batchSize) {
            let counts = Array(batch.counts[start..<min(start + Self.batchSize, batch.counts.count)])
            try await store.addLogCounts(
                LogCountBatch(
                    service: batch.source.service, revision: batch.source.revision, instance: batch.source.instance, counts: counts))
            counters.flushed.add(counts.count)
            let samples = counts.compactMap { count in
                count.sample.map { LogSample(template: count.template, line: $0, at: count.windowStart) }
            }
            do {
                try await store.addLogSamples(samples, service: batch.source.service, revision: batch.source.revision)
            } catch {
                // Counts that were written are not written again for the sake of a sample.
                tell(error)
            }
        }
    }

    private func keep(_ batches: [CountedLogs]) {
        pending = batches
        var total = batches.reduce(0) { $0 + $1.counts.count }
        while total > Self.pendingLimit, let first = pending.first {
            pending.removeFirst()
            total -= first.counts.count
            counters.dropped.add(first.counts.count)
        }
    }

    /// One line for a row of failures.
    func tell(_ error: any Error) {
        guard !isFailing else { return }
        isFailing = true
        logger.warning("log counts could not be written; they are kept and tried again", metadata: ["error": "\(error)"])
    }
}
