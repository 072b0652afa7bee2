import PostgresClient
public import ReleaseModel

/// A release whose evidence does not expire, and why.
public struct LegalHold: Sendable, Hashable {
    public var release: ReleaseID
    public var placedAt: Timestamp
    public var actor: Actor
    public var reason: String
}

/// How long evidence is kept.
public struct Retention: Sendable, Hashable {
    /// Counted from the end of its own month.
    public var evidenceMonths: Int
    /// Time of the oldest evidence that is still there.
    public var oldestEvidence: Timestamp?
    public var holds: Int
}

extension ReleaseStore {
    /// Keeps a release's evidence until the hold is lifted.
    ///
    /// - Throws: `notFound`; `conflict` when it is under a hold already.
    public func placeHold(on release: ReleaseID, actor: Actor, reason: String) async throws {
        try await setHold(release, placed: true, actor: actor, reason: reason)
    }

    /// - Throws: `notFound`; `conflict` when it is under no hold.
    public func liftHold(on release: ReleaseID, actor: Actor, reason: String) async throws {
        try await setHold(release, placed: false, actor: actor, reason: reason)
    }

    private func setHold(_ release: ReleaseID, placed: Bool, actor: Actor, reason: String) async throws {
        _ = try await rows(
            .setHold, [.text(release), .bool(placed), .json(JSONValue(actor).canonicalText), .text(reason.withoutNUL)],
            place: "release \(release)")
    }

    /// The holds in force, in the order of their releases.
    public func holds() async throws -> [LegalHold] {
        let rows = try await rows(.holds, [])
        return try reading {
            try rows.map { row in
                LegalHold(
                    release: try row.text("ref"), placedAt: try row.time("placed_at"), actor: try row.actor(),
                    reason: try row.text("reason"))
            }
        }
    }

    /// Says for how many months evidence is kept from now on, 1 to 1200.
    public func setRetention(evidenceMonths: Int, actor: Actor, reason: String) async throws {
        _ = try await rows(
            .setRetention, [.int(evidenceMonths), .json(JSONValue(actor).canonicalText), .text(reason.withoutNUL)], place: "retention")
    }

    public func retention() async throws -> Retention {
        let row = try await row(.retention, [])
        return try reading {
            Retention(
                evidenceMonths: try row["months"].int(), oldestEvidence: try row.optionalTime("oldest"), holds: try row["holds"].int())
        }
    }

    /// Lets evidence go that is older than its retention and under no hold. Each month that goes is an entry of the history.
    ///
    /// - Returns: the months that went, `2026-11`; `other` for evidence outside of the monthly partitions.
    @discardableResult
    public func expireEvidence() async throws -> [String] {
        let row = try await row(.expireEvidence, [])
        return try reading { try row.json([String].self, "months") ?? [] }
    }
}
