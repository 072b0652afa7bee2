import PostgresClient
public import ReleaseModel

extension ReleaseStore {
    /// Takes the effects of a release that are to be tried now, oldest first, and counts an attempt on each.
    ///
    /// Effects that an earlier holder of the lease had begun are among them: an effect is done at least once, and doing it twice is
    /// observably nothing. Claim again only after the outcomes of the last claim are recorded.
    ///
    /// - Parameter kind: only effects of this kind; nil for all.
    /// - Throws: `leaseLost`.
    public func claimEffects(_ lease: Lease, kind: String? = nil) async throws -> [EffectRecord] {
        let place = "release \(lease.release)"
        let claimed = try await rows(
            .markClaimed, [.text(lease.release), .text(lease.controller), .int(lease.term), .text(kind)], place: place)
        let ids = try reading(place: place) { try claimed.map { try $0["id"].int64() } }
        if ids.isEmpty { return [] }
        let rows = try await rows(.claimEffects, [.text(lease.release), .ints(ids)], place: place)
        return try reading(place: place) { try rows.map { try EffectRecord(row: $0) } }
    }

    /// Records what came of the latest attempt at an effect.
    ///
    /// - Throws: `leaseLost`; `conflict` when no attempt is under way; `notFound`.
    public func recordOutcome(effect: Int64, lease: Lease, result: EffectResult, outcome: JSONValue) async throws {
        _ = try await rows(
            .recordOutcome,
            [
                .int(effect), .text(lease.release), .text(lease.controller), .int(lease.term), .text(result.name),
                .text(outcome.canonicalText), .timestamp(microseconds: result.retryAt?.microseconds),
            ], place: "release \(lease.release), effect \(effect)")
    }

    /// Takes the notifications of a release that are to be tried now, oldest first, counts an attempt on each and hides them from others.
    ///
    /// No lease is needed: a notification may be under way while the release goes on, and the attempt's number fences its outcome.
    ///
    /// - Parameter hidden: after this long without an outcome the attempt counts as lost, and another may be made.
    public func claimNotifications(of release: ReleaseID, hidden: TimeSpan) async throws -> [EffectRecord] {
        let place = "release \(release)"
        let claimed = try await rows(.markClaimedNotifications, [.text(release), .int(hidden.microseconds)], place: place)
        let ids = try reading(place: place) { try claimed.map { try $0["id"].int64() } }
        if ids.isEmpty { return [] }
        let rows = try await rows(.claimEffects, [.text(release), .ints(ids)], place: place)
        return try reading(place: place) { try rows.map { try EffectRecord(row: $0) } }
    }

    /// Records what came of an attempt at a claimed notification.
    ///
    /// - Throws: `conflict` when the attempt took so long that another one was made; `notFound`.
    public func recordNotification(_ effect: EffectRecord, controller: String, result: EffectResult, outcome: JSONValue) async throws {
        _ = try await rows(
            .recordNotification,
            [
                .int(effect.id), .text(effect.release), .text(controller), .int(Int64(effect.attempts)), .text(result.name),
                .text(outcome.canonicalText), .timestamp(microseconds: result.retryAt?.microseconds),
            ], place: "release \(effect.release), notification \(effect.id)")
    }

    /// All effects of a release, oldest first.
    public func effects(release: ReleaseID) async throws -> [EffectRecord] {
        let rows = try await rows(.effects, [.text(release)], place: "release \(release)")
        return try reading { try rows.map { try EffectRecord(row: $0) } }
    }

    /// Every attempt at one effect, in order.
    public func effectOutcomes(effect: Int64) async throws -> [EffectOutcomeRecord] {
        let rows = try await rows(.effectOutcomes, [.int(effect)], place: "effect \(effect)")
        return try reading {
            try rows.map { row in
                EffectOutcomeRecord(
                    attempt: try row["attempt"].int(), result: try row.text("result"), outcome: try row.document("outcome"),
                    controller: try row.text("controller"), leaseTerm: try row["lease_term"].int64(), at: try row.time("at"))
            }
        }
    }
}

extension EffectRecord {
    init(row: PostgresRow) throws {
        self.init(
            id: try row["id"].int64(), release: try row.text("release"), decision: try row.decode(Int64?.self, "decision"),
            kind: try row.text("kind"), key: try row.text("key"), payload: try row.document("payload"),
            state: try row.named(State.self, "state"), attempts: try row["attempts"].int(),
            nextAttemptAt: try row.optionalTime("next_attempt_at"), leaseTerm: try row["lease_term"].int64(),
            createdAt: try row.time("created_at"), doneAt: try row.optionalTime("done_at"), outcome: try row.optionalDocument("outcome"))
    }
}
