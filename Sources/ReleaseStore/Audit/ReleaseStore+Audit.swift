import PostgresClient
public import ReleaseModel

extension ReleaseStore {
    /// The largest page of entries, in rows and in bytes of entries.
    public static let largestAuditPage = 1000
    public static let auditPageBytes = 4 << 20

    /// Entries of the history after a position, in the order in which they were written. A page ends early when it holds
    /// `auditPageBytes`; it is the last one only when it is empty.
    ///
    /// The filter's release may also be a service: its active release, or its newest.
    ///
    /// - Throws: `notFound` where there is no such release.
    public func auditEntries(_ filter: AuditFilter, after: Int64 = 0, limit: Int = largestAuditPage) async throws -> [AuditEntry] {
        var filter = filter
        if let release = filter.release { filter.release = try await self.release(release).release.id }
        let rows = try await rows(
            .auditEntries, [.json(filter.json.canonicalText), .int(after), .int(limit), .int(Self.auditPageBytes)], place: "history")
        return try reading(place: "history") { try rows.map(AuditEntry.init(row:)) }
    }

    /// What the population of a period must come to.
    public func populationTotals(_ period: AuditPeriod) async throws -> [PopulationTotal] {
        let rows = try await rows(.populationTotals, period.parameters)
        return try reading {
            try rows.map { row in
                PopulationTotal(
                    kind: try row.text("kind"), entries: try row["entries"].int(), recorded: try row.decode(Int?.self, "recorded"))
            }
        }
    }

    public func logStanding() async throws -> LogStanding {
        let row = try await row(.logStanding, [])
        return try reading {
            LogStanding(
                entries: try row["entries"].int64(), numbered: try row["numbered"].int64(), size: try row["size"].int64(),
                checkpoint: try row.optionalText("checkpoint"))
        }
    }

    /// Changes of a period after a position, in the order in which they were recorded.
    public func population(_ period: AuditPeriod, after: Int64 = 0, limit: Int = 200) async throws -> [PopulationChange] {
        let rows = try await rows(.population, period.parameters + [.int(after), .int(limit)])
        return try reading {
            try rows.map { row in
                PopulationChange(
                    entry: AuditEntry(
                        position: try row["id"].int64(), kind: try row.text("kind"), release: try row.optionalText("release"),
                        service: try row.optionalText("service"), decision: nil, leafIndex: try row.decode(Int64?.self, "leaf_index"),
                        recordedAt: try row.time("recorded_at"), bytes: try row["entry"].bytes()),
                    state: try row.optionalNamed(ReleaseState.self, "state"), endedAt: try row.optionalTime("ended_at"),
                    decisions: try row.decode(Int?.self, "decisions"), acts: try row.json([PopulationChange.Act].self, "people") ?? [])
            }
        }
    }

    /// Who could call the API at any time of a period: every token that was in force in it, the revoked ones too.
    public func accessReview(_ period: AuditPeriod) async throws -> [AccessGrant] {
        let rows = try await rows(.accessReview, period.parameters)
        return try reading {
            try rows.map { row in
                AccessGrant(
                    name: try row.text("name"), role: try row.named(TokenRole.self, "role"), createdAt: try row.time("created_at"),
                    createdBy: try row.text("created_by"), reason: try row.text("reason"), revokedAt: try row.optionalTime("revoked_at"),
                    revokedBy: try row.optionalText("revoked_by"), commands: try row["commands"].int(),
                    approvals: try row["approvals"].int())
            }
        }
    }

    /// The logins of the database server that have Tidegate's roles now. PostgreSQL keeps no history of them.
    public func databaseAccess() async throws -> [DatabaseGrant] {
        let rows = try await rows(.databaseAccess, [])
        return try reading { try rows.map { DatabaseGrant(login: try $0.text("login"), role: try $0.text("role")) } }
    }
}

extension AuditPeriod {
    fileprivate var parameters: [PostgresValue] {
        [.timestamp(microseconds: from.microseconds), .timestamp(microseconds: to.microseconds)]
    }
}
