import Hashing
import PostgresClient
import ReleaseModel
import Testing

@testable import ReleaseStore

@Suite struct RetentionTests {
    private static let months = ["2023_04", "2023_05"]

    /// Evidence of two months that are long over, in partitions of their own, and of now.
    private static func old(_ body: @escaping @Sendable (Bench, Release, Lease) async throws -> Void) async throws {
        try await Bench.prepared { bench async throws in
            for (month, bounds) in zip(months, [("2023-04-01", "2023-05-01"), ("2023-05-01", "2023-06-01")]) {
                try await bench.admin.execute(
                    "CREATE TABLE tidegate.evidence_\(month) PARTITION OF tidegate.evidence FOR VALUES FROM ('\(bounds.0)Z') TO ('\(bounds.1)Z')"
                )
                try await bench.admin.execute("ALTER TABLE tidegate.evidence_\(month) OWNER TO tidegate_owner")
            }
            let (release, lease) = try await bench.progressing()
            try await decide(bench, lease, version: 1, at: "2023-04-11T00:00:00Z", evidence: [4])
            try await decide(bench, lease, version: 2, at: "2023-05-11T00:00:00Z", evidence: [5])
            try await decide(bench, lease, version: 3, at: try await bench.store.now().description, evidence: [6])
            try await body(bench, release, lease)
        }
    }

    private static func decide(_ bench: Bench, _ lease: Lease, version: Int64, at time: String, evidence: [UInt8]) async throws {
        var step = Example.quiet(lease, version: version)
        step.poll = nil
        let at = try #require(Timestamp(rfc3339: time))
        step.decisions = [NewDecision(decision: Example.decision(.hold, .progressing, .progressing, at: at), evidence: evidence)]
        _ = try await bench.store.commit(step)
    }

    private static func evidence(_ bench: Bench, _ release: Release) async throws -> [[UInt8]?] {
        var found: [[UInt8]?] = []
        for decision in try await bench.store.decisions(release: release.id).dropFirst() {
            found.append(try await bench.store.decision(decision.id).evidence)
        }
        return found
    }

    private static func place(_ bench: Bench, _ byte: UInt8) async throws -> String? {
        try await bench.admin.query("SELECT tableoid::regclass::text AS place FROM tidegate.evidence WHERE body = $1", [.bytes([byte])])
            .first.map { try $0["place"].string() }
    }

    @Test func wholeMonthsGoAndTheDigestStays() async throws {
        try await Self.old { bench, release, _ async throws in
            #expect(try await bench.store.retention().evidenceMonths == 13)
            #expect(try await bench.store.expireEvidence() == ["2023-04", "2023-05"])
            #expect(try await Self.evidence(bench, release) == [nil, nil, [6]])
            let row = try await bench.admin.query("SELECT to_regclass('tidegate.evidence_2023_04') IS NULL AS gone").only()
            #expect(try row["gone"].bool())
            let decisions = try await bench.store.decisions(release: release.id)
            #expect(decisions[1].evidenceDigest == SHA256Digest(of: [4]).hex)
            let entries = try await bench.store.auditEntries(AuditFilter(kinds: ["expiry"]))
            #expect(entries.count == 2)
            let said = try JSONValue(parsing: entries[0].bytes)
            #expect(said["month"] == "2023-04")
            #expect(said["documents"] == 1)
            #expect(said["held"] == 0)
            #expect(said["digests"]?.string == SHA256Digest(of: SHA256Digest(of: [4]).bytes).hex)
            #expect(try await bench.store.expireEvidence() == [], "once is enough")
        }
    }

    @Test func whatIsHeldStaysUntilTheHoldIsLifted() async throws {
        try await Self.old { bench, release, _ async throws in
            try await bench.store.placeHold(on: release.id, actor: Example.ann, reason: "case 17")
            #expect(try await bench.store.holds().map(\.release) == [release.id])
            #expect(try await bench.store.holds().first?.reason == "case 17")
            #expect(try await bench.store.expireEvidence() == ["2023-04", "2023-05"])
            #expect(try await Self.evidence(bench, release) == [[4], [5], [6]])
            #expect(try await Self.place(bench, 4) == "tidegate.evidence_other")
            #expect(try await bench.store.expireEvidence() == [])

            try await bench.store.liftHold(on: release.id, actor: Example.ann, reason: "settled")
            #expect(try await bench.store.holds().isEmpty)
            #expect(try await bench.store.expireEvidence() == ["other"])
            #expect(try await Self.evidence(bench, release) == [nil, nil, [6]])
            let actions = try await bench.store.auditEntries(AuditFilter(kinds: ["hold"])).map { try JSONValue(parsing: $0.bytes) }
            #expect(actions.map { $0["action"]?.string } == ["placed", "lifted"])
            #expect(actions.map { $0["reason"]?.string } == ["case 17", "settled"])
            // The table that was made anew is as guarded as the old one.
            #expect(await sqlState { try await bench.admin.execute("TRUNCATE tidegate.evidence_other") } == "TG003")
            #expect(await sqlState { try await bench.admin.execute("DELETE FROM tidegate.evidence") } == "TG003")
            #expect(await sqlState { try await bench.app.execute("SELECT FROM tidegate.evidence_other") } == "42501")
        }
    }

    @Test func theRetentionThatWasSetLastIsInForce() async throws {
        try await Self.old { bench, release, _ async throws in
            try await bench.store.setRetention(evidenceMonths: 1200, actor: Example.ann, reason: "ten decades")
            #expect(try await bench.store.expireEvidence() == [])
            #expect(try await bench.store.retention().oldestEvidence == Timestamp(rfc3339: "2023-04-11T00:00:00Z"))
            try await bench.store.setRetention(evidenceMonths: 12, actor: Example.ann, reason: "one year")
            #expect(try await bench.store.expireEvidence() == ["2023-04", "2023-05"])
            let entries = try await bench.store.auditEntries(AuditFilter(kinds: ["retention"])).map { try JSONValue(parsing: $0.bytes) }
            #expect(entries.map { $0["before"]?.number } == [13, 1200])
            _ = release
        }
    }

    @Test func holdsAndRetentionAreRefusedWithAReason() async throws {
        try await Bench.prepared { bench async throws in
            let release = try await bench.start()
            let store = bench.store
            #expect(await refusal { try await store.placeHold(on: "nothing-1", actor: Example.ann, reason: "x") }?.code == .notFound)
            #expect(await refusal { try await store.liftHold(on: release.id, actor: Example.ann, reason: "x") }?.code == .conflict)
            #expect(await refusal { try await store.placeHold(on: release.id, actor: Example.ann, reason: "") }?.code == .invalidInput)
            try await store.placeHold(on: release.id, actor: Example.ann, reason: "x")
            #expect(await refusal { try await store.placeHold(on: release.id, actor: Example.ann, reason: "x") }?.code == .conflict)
            for months in [0, 1201] {
                #expect(
                    await refusal { try await store.setRetention(evidenceMonths: months, actor: Example.ann, reason: "x") }?.code
                        == .invalidInput)
            }
            // A month that is not over, and one within its retention, stay.
            #expect(try await store.expireEvidence() == [])
        }
    }
}
