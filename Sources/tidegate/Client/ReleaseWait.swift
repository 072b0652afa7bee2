import ReleaseModel
import ReleaseServer

/// Waits for a release to end or to need a person.
struct ReleaseWait: Sendable {
    let client: APIClient

    /// - Returns: the release as it stands then, and whether the time ran out first.
    func end(of reference: String, waits: Bool, within limit: Duration?) async throws -> (detail: ReleaseDetail, timedOut: Bool) {
        let deadline = limit.map { ContinuousClock.now + $0 }
        var detail = try await client.release(reference)
        var cursor: String?
        while waits, !Self.isSettled(detail.release.state) {
            let left = deadline.map { $0 - ContinuousClock.now } ?? ReleaseWatch.wait
            guard left > .zero else { return (detail, true) }
            // A wait is in whole seconds; the rest of the last one is slept.
            let wait = min(ReleaseWatch.wait, left)
            if wait < .seconds(1) { try await Task.sleep(for: wait) }
            cursor = try await client.events(detail.release.id, after: cursor, wait: wait).next
            detail = try await client.release(detail.release.id)
        }
        return (detail, false)
    }

    private static func isSettled(_ state: ReleaseState) -> Bool { state.isFinal || state == .paused || state == .awaitingApproval }
}
