import PluginKit
import ReleaseModel

/// Gathers the collections of releases with the same metrics settings into one call of the plugin, and gives each release its part of the
/// answer, so that the metric store is asked as often for a fleet as for one release.
///
/// ```
/// idle ─ a release asks ─> gathering (a few ms) ─> calling ─┬─ releases asked meanwhile ─> calling
///                                                           └─ none ─> idle
/// ```
///
/// A call that fails as a whole is repeated in halves within the time that is left, so that the release that breaks it fails alone; that
/// one is asked alone from then on, until it succeeds. A call that used up its time halves the size of those to come.
actor SampleCollector {
    typealias Call = @Sendable (_ plugin: String, CollectRequest, Duration) async throws -> CollectResponse

    /// Releases whose windows end together become due within milliseconds; later ones join the next call.
    static let gathering = Duration.milliseconds(5)
    static let maximumSubjects = 512
    /// Of the states in one call, coded; a message to a plugin has 16 MiB.
    static let maximumStateBytes = 8 << 20
    /// Releases that are remembered as to be asked alone.
    static let maximumApart = 1024
    /// Of each query, in the answer to one of many releases.
    static let maximumQueryText = 1024
    /// The same for a release that was alone in its call; a plugin may have asked for others along with it.
    static let maximumQueryTextAlone = 8192

    private struct Source: Hashable {
        var plugin: String
        var configuration: JSONValue
    }

    private struct Member {
        var id: Int
        var subject: CollectSubject
        var stateBytes: Int
        var deadline: ContinuousClock.Instant
    }

    private let call: Call
    private var lastID = 0
    private var waiting: [Int: CheckedContinuation<CollectResponse, any Error>] = [:]
    private var queues: [Source: [Member]] = [:]
    private var limits: [Source: Int] = [:]
    private var apart: Set<ReleaseID> = []

    init(call: @escaping Call) { self.call = call }

    /// Releases that have asked and have no answer yet.
    var unanswered: Int { waiting.count }

    /// The answer to a request for one release: at most one result, and the queries of the call that it was part of.
    ///
    /// - Throws: what the plugin's call threw; `CancellationError`.
    func collect(_ plugin: String, _ request: CollectRequest, within time: Duration) async throws -> CollectResponse {
        guard request.subjects.count == 1, var subject = request.subjects.first else { return try await call(plugin, request, time) }
        subject.windowEnd = request.windowEnd(of: subject)
        let source = Source(plugin: plugin, configuration: request.configuration)
        lastID += 1
        let member = Member(
            id: lastID, subject: subject, stateBytes: subject.state?.canonicalBytes.count ?? 0, deadline: .now + time)
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                guard !Task.isCancelled else { return continuation.resume(throwing: CancellationError()) }
                waiting[member.id] = continuation
                let isServed = queues[source] != nil
                queues[source, default: []].append(member)
                if !isServed { Task { await serve(source) } }
            }
        } onCancel: {
            Task { await self.answer(member.id, .failure(CancellationError())) }
        }
    }

    private func serve(_ source: Source) async {
        try? await Task.sleep(for: Self.gathering)
        while let batch = nextBatch(source) { await ask(batch, source) }
        queues[source] = nil
        if limits.count > Self.maximumApart { limits = [:] }
    }

    /// The releases that fit one call, in the order in which they asked; nil when nobody waits. A release stands in a call once.
    private func nextBatch(_ source: Source) -> [Member]? {
        let queue = (queues[source] ?? []).filter { waiting[$0.id] != nil }
        var batch: [Member] = []
        var left: [Member] = []
        var bytes = 0
        let limit = limits[source] ?? Self.maximumSubjects
        for member in queue {
            let fits =
                batch.isEmpty
                || (batch.count < limit && bytes + member.stateBytes <= Self.maximumStateBytes && !apart.contains(member.subject.release)
                    && !apart.contains(batch[0].subject.release)
                    && !batch.contains { $0.subject.release == member.subject.release })
            if fits {
                batch.append(member)
                bytes += member.stateBytes
            } else {
                left.append(member)
            }
        }
        queues[source] = left
        return batch.isEmpty ? nil : batch
    }

    private func ask(_ batch: [Member], _ source: Source) async {
        let deadline = batch.map(\.deadline).min() ?? .now
        let end = batch.compactMap(\.subject.windowEnd).max() ?? Timestamp(microseconds: 0)
        let request = CollectRequest(configuration: source.configuration, windowEnd: end, subjects: batch.map(\.subject))
        do {
            let response = try await call(source.plugin, request, max(.zero, ContinuousClock.now.duration(to: deadline)))
            limits[source] = min((limits[source] ?? Self.maximumSubjects) * 2, Self.maximumSubjects)
            let limit = batch.count == 1 ? Self.maximumQueryTextAlone : Self.maximumQueryText
            let queries = response.queries.map { Self.shortened($0, to: limit) }
            for member in batch {
                apart.remove(member.subject.release)
                let result = response.results.first { $0.release == member.subject.release }
                answer(
                    member.id,
                    .success(CollectResponse(results: result.map { [$0] } ?? [], queries: queries, provider: response.provider)))
            }
        } catch {
            let isOver = ContinuousClock.now >= deadline
            if isOver { limits[source] = max(1, batch.count / 2) }
            guard batch.count > 1, !isOver else {
                if batch.count == 1, apart.count < Self.maximumApart { apart.formUnion(batch.map(\.subject.release)) }
                for member in batch { answer(member.id, .failure(error)) }
                return
            }
            await ask(Array(batch[..<(batch.count / 2)]), source)
            await ask(Array(batch[(batch.count / 2)...]), source)
        }
    }

    private func answer(_ id: Int, _ result: Result<CollectResponse, any Error>) {
        waiting.removeValue(forKey: id)?.resume(with: result)
    }

    /// A query names every release of its call; each release's evidence needs to show what was asked, not who else asked.
    private static func shortened(_ query: ResolvedQuery, to limit: Int) -> ResolvedQuery {
        guard query.query.utf8.count > limit else { return query }
        let kept = String(query.query.prefix(limit))
        return ResolvedQuery(
            query: "\(kept)… (\(query.query.utf8.count - kept.utf8.count) more bytes)", time: query.time, series: query.series)
    }
}
