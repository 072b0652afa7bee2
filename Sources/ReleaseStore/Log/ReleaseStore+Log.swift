import PostgresClient
public import ReleaseModel
public import TransparencyLog

/// The right to number the history's entries, for a while.
public struct LogLease: Sendable, Hashable {
    public var controller: String
    public var term: Int64
    public var size: UInt64
    public var origin: String
}

/// An entry that waits for its number.
public struct WaitingLeaf: Sendable, Hashable {
    public var entry: Int64
    public var hash: [UInt8]
}

/// The signed head of the log, and how many entries it covers.
public struct LogHead: Sendable, Hashable {
    public var origin: String
    public var size: UInt64
    /// A signed note; nil before the first one.
    public var checkpoint: String?
}

/// A place outside of the database where heads are put.
public struct AnchorRecord: Sendable, Hashable {
    public var place: String
    /// The largest size that was put there.
    public var size: UInt64
    /// The last attempt.
    public var at: Timestamp
    /// Why it failed; nil when it did not.
    public var problem: String?
}

/// A public key that heads are signed with.
public struct LogKeyRecord: Sendable, Hashable {
    public var verifierKey: String
    public var addedBy: String
    public var addedAt: Timestamp
}

extension ReleaseStore {
    /// Makes the controller the one that numbers entries, or renews that; nil while another one is.
    public func leaseLog(controller: String, ttl: TimeSpan) async throws -> LogLease? {
        guard let row = try await rows(.leaseLog, [.text(controller), .int(ttl.microseconds)], place: "history").first else { return nil }
        return try reading(place: "history") {
            LogLease(
                controller: controller, term: try row["term"].int64(), size: UInt64(try row["size"].int64()), origin: try row.text("origin")
            )
        }
    }

    /// Entries without a number, in the order in which they get theirs.
    public func waitingLeaves(limit: Int) async throws -> [WaitingLeaf] {
        let rows = try await rows(.waitingLeaves, [.int(limit)], place: "history")
        return try reading(place: "history") {
            try rows.map { WaitingLeaf(entry: try $0["id"].int64(), hash: try $0["leaf_hash"].bytes()) }
        }
    }

    /// Numbers entries, and stores the tiles and the signed head that follow, in one transaction.
    ///
    /// - Throws: `leaseLost` when another controller numbers by now; `conflict` when the log has moved on.
    @discardableResult
    public func appendLeaves(_ entries: [Int64], lease: LogLease, tiles: [Tile], checkpoint: String) async throws -> UInt64 {
        let changed = JSONValue.array(
            tiles.map { tile in
                [
                    "level": .integer(tile.address.level), "index": .integer(tile.address.index),
                    "digests": .string(tile.digests.map(\.hex).joined()),
                ]
            })
        let row = try await row(
            .appendLeaves,
            [
                .text(lease.controller), .int(lease.term), .int(lease.size), .ints(entries), .json(changed.canonicalText),
                .text(checkpoint),
            ], place: "history")
        return try reading(place: "history") { UInt64(try row["size"].int64()) }
    }

    /// Those of the tiles that are stored.
    public func tiles(_ addresses: [TileAddress]) async throws -> [Tile] {
        if addresses.isEmpty { return [] }
        let rows = try await rows(.tiles, [.ints(addresses.map(\.level)), .ints(addresses.map(\.index))], place: "history")
        return try reading(place: "history") {
            try rows.compactMap { row in
                let address = TileAddress(level: try row["level"].int(), index: UInt64(try row["index"].int64()))
                return Tile(address: address, bytes: try row["digests"].bytes())
            }
        }
    }

    public func logHead() async throws -> LogHead {
        let row = try await row(.logHead, [], place: "history")
        return try reading(place: "history") {
            LogHead(origin: try row.text("origin"), size: UInt64(try row["size"].int64()), checkpoint: try row.optionalText("checkpoint"))
        }
    }

    public func logKeys() async throws -> [LogKeyRecord] {
        let rows = try await rows(.logKeys, [], place: "history")
        return try reading(place: "history") {
            try rows.map {
                LogKeyRecord(verifierKey: try $0.text("verifier_key"), addedBy: try $0.text("added_by"), addedAt: try $0.time("added_at"))
            }
        }
    }

    /// Makes a public key known, with an entry that tells of it. False when it is known already.
    public func addLogKey(_ key: String, controller: String) async throws -> Bool {
        let row = try await row(.addLogKey, [.text(key), .text(controller)], place: "history")
        return try reading(place: "history") { try row["added"].bool() }
    }

    public func recordAnchor(place: String, size: UInt64, problem: String?) async throws {
        _ = try await rows(.recordAnchor, [.text(place), .int(size), .text(problem)], place: "history")
    }

    public func anchors() async throws -> [AnchorRecord] {
        let rows = try await rows(.anchors, [], place: "history")
        return try reading(place: "history") {
            try rows.map {
                AnchorRecord(
                    place: try $0.text("place"), size: UInt64(try $0["size"].int64()), at: try $0.time("anchored_at"),
                    problem: try $0.optionalText("problem"))
            }
        }
    }
}
