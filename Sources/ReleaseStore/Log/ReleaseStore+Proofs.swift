import Hashing
import PostgresClient
public import ReleaseModel
public import TransparencyLog

/// One entry, and that the signed head covers it.
public struct ProvenEntry: Sendable {
    public var entry: HistoryEntry
    public var proof: InclusionProof
    /// The signed note that the proof leads to.
    public var checkpoint: String
}

extension ReleaseStore {
    /// The proof that an entry is in the tree of the signed head.
    ///
    /// - Parameter entry: the entry's number within the history (`HistoryEntry.id`).
    /// - Throws: `notFound`; `conflict` while the entry waits for its leaf index.
    public func proof(ofEntry entry: Int64) async throws -> ProvenEntry {
        guard let row = try await rows(.leafByEntry, [.int(entry)]).first else {
            throw ReleaseError(.notFound, "there is no entry \(entry) in the history")
        }
        let found = try reading(place: "entry \(entry)") { try HistoryEntry(row: row) }
        let head = try await logHead()
        guard let leaf = found.leafIndex.map({ UInt64($0) }), leaf < head.size, let checkpoint = head.checkpoint else {
            throw ReleaseError(
                .conflict, "entry \(entry) is not covered by a signed head yet", place: "history",
                advice: "try again in a moment; a running controller numbers entries every second")
        }
        let reading = ProofReading.inclusion(of: leaf, inTreeOf: head.size)
        let path = try await path(reading, what: "the proof of entry \(entry)")
        return ProvenEntry(
            entry: found, proof: InclusionProof(leafIndex: leaf, treeSize: head.size, path: path), checkpoint: checkpoint)
    }

    /// The number of the entry that tells of a decision.
    ///
    /// - Throws: `notFound`.
    public func entry(ofDecision decision: Int64) async throws -> Int64 {
        guard let row = try await rows(.leafOfDecision, [.int(decision)]).first else {
            throw ReleaseError(.notFound, "there is no decision \(decision)")
        }
        return try reading(place: "decision \(decision)") { try row["id"].int64() }
    }

    /// The proof that the first `old` entries of the log are the same in the tree of size `new`.
    ///
    /// - Throws: `invalidInput` when the sizes are not in order, or beyond the log.
    public func consistencyProof(from old: UInt64, to new: UInt64) async throws -> ConsistencyProof {
        let head = try await logHead()
        guard old <= new, new <= head.size else {
            throw ReleaseError(.invalidInput, "there is no proof from \(old) to \(new) entries: the log has \(head.size)", place: "history")
        }
        let reading = ProofReading.consistency(from: old, to: new)
        return ConsistencyProof(oldSize: old, newSize: new, path: try await path(reading, what: "the proof from \(old) to \(new) entries"))
    }

    private func path(_ reading: ProofReading, what: String) async throws -> [InlineDigest] {
        let tiles = try await tiles(reading.tiles)
        guard let path = reading.path(from: tiles) else {
            throw ReleaseError(
                .unavailable, "\(what) cannot be given: a tile of the log is missing or too short", place: "history",
                advice: "`tidegate audit verify` says what is wrong with the log")
        }
        return path
    }

    /// Entries of a run of leaves, as they are.
    public func leaves(_ range: Range<UInt64>) async throws -> [[UInt8]] {
        let rows = try await rows(.leaves, [.int(range.lowerBound), .int(range.upperBound)], place: "history")
        return try self.reading(place: "history") { try rows.map { try $0["entry"].bytes() } }
    }
}

extension HistoryEntry {
    init(row: PostgresRow) throws {
        self.init(
            id: try row["id"].int64(), kind: try row.text("kind"), release: try row.optionalText("release"),
            decision: try row.decode(Int64?.self, "decision"), bytes: try row["entry"].bytes(),
            leafIndex: try row.decode(Int64?.self, "leaf_index"), recordedAt: try row.time("recorded_at"))
    }
}
