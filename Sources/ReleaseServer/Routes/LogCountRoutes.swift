import Hummingbird
import LogMining
import ReleaseModel
import ReleaseStore

/// The intake of counts from collectors that mine near the source.
struct LogCountRoutes: Sendable {
    static let maximumCount = 1_000_000_000
    static let identityBytes = 16

    let store: ReleaseStore
    let gate: IntakeGate
    let counters: IntakeCounters
    let clock: @Sendable () -> Timestamp
    let limits: ServerLimits

    /// `/v1/logs/counts`
    func add(to group: RouterGroup<APIContext>) {
        group.post("logs/counts", use: push)
    }

    @Sendable func push(_ request: Request, _ context: APIContext) async throws -> Response {
        _ = try context.caller(allowedTo: .pushLogs)
        try request.allowQuery()
        let answer: PushedLogCounts? = try await gate.enter {
            let push: PushLogCounts
            do {
                push = try await request.decoded(PushLogCounts.self, limits: limits)
                try Self.check(push)
            } catch {
                counters.refuse(error is ReleaseError ? .malformed : .tooLarge)
                throw error
            }
            return try await take(push)
        }
        guard let answer else {
            counters.refuse(.busy)
            throw ReleaseError(.limitExceeded, "too many pushes are being read at once", advice: "send this one again in a moment")
        }
        return try APIAnswer.json(answer)
    }

    private func take(_ push: PushLogCounts) async throws -> PushedLogCounts {
        let bounds = LogCollectorLimits()
        let now = clock()
        var late = 0
        var counts: [LogCount] = []
        for item in push.counts {
            // A window may have begun ten seconds before its last event.
            if now - item.windowStart > bounds.lateness + LogCounter.window {
                late += item.count
                continue
            }
            let start = item.windowStart - now > bounds.ahead ? now : item.windowStart
            counts.append(
                LogCount(
                    arm: "", instance: push.instance, template: item.template, text: item.text, severity: item.severity,
                    exceptionClass: item.exceptionClass, count: item.count, windowStart: start))
        }
        let isNew = try await store.addCollectedLogs(
            CollectedLogs(
                batch: LogCountBatch(service: push.service, revision: push.revision, instance: push.instance, counts: counts),
                merges: (push.aliases ?? []).map { LogTemplateMerge(alias: $0.alias, template: $0.template, text: $0.text) },
                collector: push.collector, number: push.number))
        counters.pushes.add(1)
        if isNew { counters.flushed.add(counts.count) }
        return PushedLogCounts(counted: isNew ? counts.reduce(0) { $0 + $1.count } : 0, late: isNew ? late : 0, repeated: !isNew)
    }

    // MARK: Limits

    private static func check(_ push: PushLogCounts) throws {
        for (label, text) in [("service", push.service), ("revision", push.revision)] {
            if let problem = Name.problem(with: text) { throw refused(label, problem) }
        }
        guard push.instance.utf8.count <= LogRoutes.maximumInstanceBytes else {
            throw refused("instance", "is longer than \(LogRoutes.maximumInstanceBytes) bytes")
        }
        guard (8...64).contains(push.collector.utf8.count), push.collector.utf8.allSatisfy({ (33...126).contains($0) }) else {
            throw refused("collector", "must be 8 to 64 visible characters")
        }
        guard push.number > 0 else { throw refused("number", "must be at least 1") }
        guard push.counts.count <= PushLogCounts.maximumCounts else {
            throw refused("counts", "has more than \(PushLogCounts.maximumCounts) members")
        }
        for (index, item) in push.counts.enumerated() {
            try check(identity: item.template, "counts[\(index)].template")
            try check(text: item.text, "counts[\(index)].text")
            if let name = item.exceptionClass, name.utf8.count > 200 { throw refused("counts[\(index)].exceptionClass", "is too long") }
            guard (1...maximumCount).contains(item.count) else {
                throw refused("counts[\(index)].count", "must be from 1 to \(maximumCount)")
            }
        }
        let aliases = push.aliases ?? []
        guard aliases.count <= PushLogCounts.maximumAliases else {
            throw refused("aliases", "has more than \(PushLogCounts.maximumAliases) members")
        }
        for (index, item) in aliases.enumerated() {
            try check(identity: item.alias, "aliases[\(index)].alias")
            try check(identity: item.template, "aliases[\(index)].template")
            try check(text: item.text, "aliases[\(index)].text")
        }
    }

    private static func check(identity: String, _ member: String) throws {
        guard identity.utf8.count == identityBytes, identity.utf8.allSatisfy({ (48...57).contains($0) || (97...102).contains($0) }) else {
            throw refused(member, "must be \(identityBytes) hexadecimal digits in lower case")
        }
    }

    private static func check(text: String, _ member: String) throws {
        guard text.utf8.count <= LogTemplate.maximumTextBytes else {
            throw refused(member, "is longer than \(LogTemplate.maximumTextBytes) bytes")
        }
    }

    private static func refused(_ member: String, _ problem: String) -> ReleaseError {
        ReleaseError(.invalidInput, "'\(member)' \(problem)", place: "the request's body")
    }
}
