import Hummingbird
import ReleaseModel
import ReleaseStore

/// `/v1/releases/{ref}/events`: what happened after a point, waiting for it where nothing has yet.
struct EventRoutes: Sendable {
    let store: ReleaseStore
    let hub: EventHub
    let limits: ServerLimits

    func add(to group: RouterGroup<APIContext>) {
        group.get("releases/:ref/events", use: events)
    }

    @Sendable func events(_ request: Request, _ context: APIContext) async throws -> Response {
        let caller = try context.caller(allowedTo: .read)
        try request.allowQuery("after", "wait", "limit")
        let cursor = try request.query("after").map { try EventCursor($0) } ?? .start
        let wait = try request.query("wait", in: 0...Int(limits.longestWait.components.seconds), default: 0)
        let limit = try request.query("limit", in: 1...limits.pageItems, default: limits.pageItems)
        let release = try await store.release(try context.reference).release.id
        if wait == 0 { return try APIAnswer.json(try await page(of: release, after: cursor, limit: limit)) }

        let deadline = ContinuousClock.now + .seconds(wait)
        // The place is taken before the tables are read, so that nothing falls between.
        let answer = try await hub.withWaiter(for: release, caller: caller.name) { waiting in
            while true {
                let found = try await page(of: release, after: cursor, limit: limit)
                if !found.events.isEmpty || found.state.isFinal { return found }
                guard await waiting.next(until: deadline) == .woken else { return found }
            }
        }
        return try APIAnswer.json(answer)
    }

    private func page(of release: ReleaseID, after cursor: EventCursor, limit: Int) async throws -> EventPage {
        // The state is read first: a final one then means that every decision is already there to be read.
        let state = try await store.release(release).release.state
        let decisions = try await store.decisions(release: release, after: cursor.decision, limit: limit)
        let polls = try await store.polls(release: release, limit: limit).filter { $0.windowEnd > cursor.window }
        var timed: [(time: Timestamp, rank: Int, event: ReleaseEvent)] = []
        timed += polls.reversed().map { ($0.at, 0, ReleaseEvent(evaluation: .init($0))) }
        timed += decisions.map { ($0.recordedAt, 1, ReleaseEvent(decision: .init($0))) }
        timed.sort { ($0.time, $0.rank) < ($1.time, $1.rank) }
        let next = EventCursor(
            decision: decisions.map(\.id).max() ?? cursor.decision, window: polls.map(\.windowEnd).max() ?? cursor.window)
        return EventPage(events: timed.map(\.event), next: next.text, state: state)
    }
}
