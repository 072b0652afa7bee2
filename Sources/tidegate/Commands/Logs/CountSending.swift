import LogMining
import ReleaseModel
import ReleaseServer

/// Turns what a collector drains into numbered pushes, and keeps each until the server has taken it.
struct CountSending {
    static let longestPause: Duration = .seconds(30)
    static let firstPause: Duration = .milliseconds(500)

    private let client: APIClient
    private let collector: String
    private let tell: @Sendable (String) -> Void
    private var waiting: [PushLogCounts] = []
    private var number = 0
    private var pause = firstPause
    private var notBefore = ContinuousClock.now

    /// - Parameter collector: names this run; a push is counted once under its name and number.
    init(client: APIClient, collector: String, tell: @escaping @Sendable (String) -> Void) {
        self.client = client
        self.collector = collector
        self.tell = tell
    }

    var isEmpty: Bool { waiting.isEmpty }
    var pushes: Int { waiting.count }

    /// Events in the pushes that wait.
    var events: Int { waiting.reduce(0) { $0 + $1.counts.reduce(0) { $0 + $1.count } } }

    /// Cuts batches into pushes of a size that the server takes. Aliases go after the counts that name their templates.
    mutating func append(_ batches: [CountedLogs], _ merged: [MergedTemplates], _ source: LogSource) {
        for batch in batches {
            for start in stride(from: 0, to: batch.counts.count, by: PushLogCounts.maximumCounts) {
                let end = min(start + PushLogCounts.maximumCounts, batch.counts.count)
                append(batch.counts[start..<end].map(CollectedCount.init), [], source)
            }
        }
        for aliases in merged.map(\.aliases) {
            for start in stride(from: 0, to: aliases.count, by: PushLogCounts.maximumAliases) {
                let some = aliases[start..<min(start + PushLogCounts.maximumAliases, aliases.count)].map {
                    CollectedAlias(alias: $0.alias, template: $0.template, text: $0.text)
                }
                append([], some, source)
            }
        }
    }

    private mutating func append(_ counts: [CollectedCount], _ aliases: [CollectedAlias], _ source: LogSource) {
        number += 1
        waiting.append(
            PushLogCounts(
                service: source.service, revision: source.revision, instance: source.instance, collector: collector, number: number,
                counts: counts, aliases: aliases.isEmpty ? nil : aliases))
    }

    /// Sends what waits, in order, as far as the server takes it; where it does not, nothing is tried again before a pause is over.
    ///
    /// - Throws: `ReleaseError` where no repetition would help: a token that is not accepted or not allowed this.
    mutating func send(_ figures: inout CollectionFigures) async throws {
        guard ContinuousClock.now >= notBefore else { return }
        while let push = waiting.first {
            do {
                let answer = try await client.pushLogCounts(push)
                figures.pushes += 1
                figures.counted += answer.counted
                figures.late += answer.late
                pause = Self.firstPause
            } catch let error as ReleaseError where Self.passes(error) {
                tell("counts wait: \(error.reason)")
                notBefore = .now + pause
                pause = min(pause * 2, Self.longestPause)
                return
            } catch let error as ReleaseError where error.code == .invalidInput {
                // The same counts would be refused again.
                tell("counts were refused: \(error.reason)")
                figures.refused += push.counts.reduce(0) { $0 + $1.count }
            }
            waiting.removeFirst()
        }
    }

    private static func passes(_ error: ReleaseError) -> Bool {
        [.unavailable, .timedOut, .limitExceeded].contains(error.code)
    }
}
