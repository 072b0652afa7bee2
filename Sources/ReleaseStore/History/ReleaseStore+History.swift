import PostgresClient
public import ReleaseModel

extension ReleaseStore {
    /// Decisions in the order in which they were recorded.
    ///
    /// - Parameters:
    ///   - release: of this release; nil for all.
    ///   - after: only those with a larger id.
    public func decisions(release: ReleaseID?, after: Int64 = 0, limit: Int = 100) async throws -> [DecisionRecord] {
        let rows = try await rows(.decisions, [.text(release), .int(after), .int(limit)])
        return try reading { try rows.map { try DecisionRecord(row: $0, release: try $0.text("release")) } }
    }

    /// A decision with its evidence; the evidence is nil where there was none, or where it has expired (the record then still has its
    /// digest).
    ///
    /// - Throws: `notFound`.
    public func decision(_ id: Int64) async throws -> (record: DecisionRecord, evidence: [UInt8]?) {
        guard let row = try await rows(.decision, [.int(id)]).first else { throw ReleaseError(.notFound, "there is no decision \(id)") }
        return try reading(place: "decision \(id)") {
            (try DecisionRecord(row: row, release: try row.text("release")), try row.decode([UInt8]?.self, "evidence"))
        }
    }

    /// Where a decision stands within its release and in the history.
    ///
    /// - Throws: `notFound`.
    public func place(ofDecision id: Int64) async throws -> DecisionPlace {
        guard let row = try await rows(.decisionPlace, [.int(id)]).first else {
            throw ReleaseError(.notFound, "there is no decision \(id)")
        }
        return try reading(place: "decision \(id)") { try DecisionPlace(row: row) }
    }

    /// Entries of the history, in the order in which they were written.
    public func history(release: ReleaseID? = nil, after: Int64 = 0, limit: Int = 100) async throws -> [HistoryEntry] {
        let rows = try await rows(.history, [.int(after), .text(release), .int(limit)])
        return try reading {
            try rows.map { try HistoryEntry(row: $0) }
        }
    }
}
