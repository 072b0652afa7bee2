import AuditVerifier
import PostgresClient
import ReleaseModel
import Testing

@testable import ReleaseStore

/// Evidence that expired is no fault, as long as it is exactly what had to go.
@Suite struct RetentionTests {
    private static func decide(_ site: Site, _ lease: Lease, version: Int64, at time: String, evidence: [UInt8]) async throws {
        var step = Example.quiet(lease, version: version)
        step.poll = nil
        let at = try #require(Timestamp(rfc3339: time))
        step.decisions = [NewDecision(decision: Example.decision(.hold, .progressing, .progressing, at: at), evidence: evidence)]
        _ = try await site.store.commit(step)
    }

    /// Two releases with evidence of April and May 2023, in partitions of their own.
    private static func old(_ site: Site) async throws -> Release {
        try await site.live()
        for (month, bounds) in [("2023_04", ("2023-04-01", "2023-05-01")), ("2023_05", ("2023-05-01", "2023-06-01"))] {
            try await site.admin.execute(
                "CREATE TABLE tidegate.evidence_\(month) PARTITION OF tidegate.evidence FOR VALUES FROM ('\(bounds.0)Z') TO ('\(bounds.1)Z')"
            )
            try await site.admin.execute("ALTER TABLE tidegate.evidence_\(month) OWNER TO tidegate_owner")
        }
        let (release, lease) = try await site.begin("b", of: "search")
        try await decide(site, lease, version: 1, at: "2023-04-11T00:00:00Z", evidence: [4])
        try await decide(site, lease, version: 2, at: "2023-05-11T00:00:00Z", evidence: [5])
        let other = try #require(
            try await site.store.releases().map(\.release).first { $0.state == .progressing && $0.service == "checkout" })
        let lease2 = try #require(
            try await site.store.leaseDue(controller: "c1", limit: 10, ttl: .seconds(60)).first { $0.release == other.id })
        try await decide(site, lease2, version: 1, at: "2023-04-11T00:00:00Z", evidence: [14])
        return release
    }

    @Test func whatExpiresAsEntriesTellIsNoFault() async throws {
        try await Site.with { site in
            let release = try await Self.old(site)
            try await site.store.placeHold(on: release.id, actor: Example.ann, reason: "case 17")
            #expect(try await site.store.expireEvidence() == ["2023-04", "2023-05"])
            let anchor = try await site.sign()
            let held = try await site.verify(anchors: [anchor])
            #expect(held.holds && held.evidenceNotSeen == 1, "\(held.findings)")
            try await site.store.liftHold(on: release.id, actor: Example.ann, reason: "settled")
            #expect(try await site.store.expireEvidence() == ["other"])
            try await site.sign()
            let lifted = try await site.verify(anchors: [anchor])
            #expect(lifted.holds && lifted.evidenceNotSeen == 3, "\(lifted.findings)")
            // It is as if it had never gone: somebody put a backup of it back.
            try await site.admin.transaction { transaction in
                try await transaction.execute("SET LOCAL session_replication_role = replica")
                try await transaction.execute(
                    "INSERT INTO tidegate.evidence (digest, at, body) VALUES (sha256('\\x04'), '2023-04-11T00:00:00Z', '\\x04')")
            }
            #expect(try await site.verify(anchors: [anchor]).findings.map(\.table) == ["evidence"])
        }
    }

    @Test func whatGoesBeforeItsTimeOrPastAHoldIsFound() async throws {
        try await Site.with { site in
            let release = try await Self.old(site)
            try await site.store.placeHold(on: release.id, actor: Example.ann, reason: "case 17")
            // By the database's administrator, who writes the entry as the function would.
            func expire(_ month: String, _ condition: String) async throws -> VerificationReport {
                try await site.admin.transaction { transaction in
                    try await transaction.execute("SET LOCAL session_replication_role = replica")
                    try await transaction.execute(
                        """
                        SELECT tidegate.record_expiry('\(month)', count(*), 1, 0, sha256(string_agg(digest, ''::bytea ORDER BY digest)))
                        FROM tidegate.evidence WHERE \(condition)
                        """)
                    try await transaction.execute("DELETE FROM tidegate.evidence WHERE \(condition)")
                }
                try await site.sign()
                return try await site.verify()
            }
            let held = try await expire("2023-04", "at < '2023-05-01Z'")
            #expect(held.findings.contains { $0.code == .evidence && $0.reason.contains("nothing held") }, "\(held.findings)")
            let month = Example.noon.description.prefix(7)
            let early = try await expire(String(month), "at = '\(Example.noon)'")
            #expect(early.findings.contains { $0.reason.contains("before its time") }, "\(early.findings)")
        }
    }
}
