import Hummingbird
import ReleaseModel
import ReleaseStore

/// `/v1/audit/population`: every change between two dates, and who could make one.
struct PopulationRoutes: Sendable {
    let store: ReleaseStore
    let limits: ServerLimits

    func add(to group: RouterGroup<APIContext>) {
        group.get("audit/population", use: changes)
        group.get("audit/population/summary", use: summary)
    }

    @Sendable func summary(_ request: Request, _ context: APIContext) async throws -> Response {
        _ = try context.caller(allowedTo: .readEvidence)
        try request.allowQuery("from", "to")
        let period = try request.auditPeriod()
        let log = try await store.logStanding()
        return try APIAnswer.json(
            PopulationSummary(
                from: period.from, to: period.to, now: try await store.now(),
                totals: try await store.populationTotals(period).map { .init(kind: $0.kind, entries: $0.entries, recorded: $0.recorded) },
                log: .init(entries: log.entries, numbered: log.numbered, size: log.size, checkpoint: log.checkpoint),
                access: try await store.accessReview(period).map(PopulationSummary.Access.init),
                databaseLogins: try await store.databaseAccess().map { .init(login: $0.login, role: $0.role) }))
    }

    @Sendable func changes(_ request: Request, _ context: APIContext) async throws -> Response {
        _ = try context.caller(allowedTo: .readEvidence)
        try request.allowQuery("from", "to", "after", "limit")
        let period = try request.auditPeriod()
        let limit = try request.query("limit", in: 1...limits.pageItems, default: limits.pageItems)
        let after = try request.query("after", in: 0...Int.max, default: 0)
        let found = try await store.population(period, after: Int64(after), limit: limit + 1)
        let page = try found.prefix(limit).map(ChangeView.init)
        return try APIAnswer.json(Page(items: page, next: found.count > limit ? page.last.map { "\($0.entry.position)" } : nil))
    }
}

extension ChangeView {
    init(_ change: PopulationChange) throws {
        self.init(
            entry: try EntryView(change.entry), state: change.state, endedAt: change.endedAt, decisions: change.decisions,
            acts: change.acts.map { act in
                Act(
                    command: act.command,
                    actor: Actor(name: act.actor, means: Actor.Means(rawValue: act.means) ?? .token, onBehalfOf: act.onBehalfOf),
                    reason: act.reason, at: act.at)
            })
    }
}

extension PopulationSummary.Access {
    init(_ grant: AccessGrant) {
        self.init(
            name: grant.name, role: grant.role.rawValue, may: grant.role.abilities, createdAt: grant.createdAt,
            createdBy: grant.createdBy, reason: grant.reason, revokedAt: grant.revokedAt, revokedBy: grant.revokedBy,
            commands: grant.commands, approvals: grant.approvals)
    }
}

extension TokenRole {
    /// What the role allows, for the access review. Whoever steers releases may approve as well.
    fileprivate var abilities: [String] {
        Permission.allCases.filter { allows($0) }.flatMap { $0 == .operate ? ["operate", "approve"] : ["\($0)"] }
    }
}
