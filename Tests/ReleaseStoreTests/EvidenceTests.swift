import Foundation
import Hashing
import PostgresClient
import ReleaseModel
import Testing

@testable import ReleaseStore

@Suite struct EvidenceTests {
    @Test func evidenceComesBackByteForByteAndIsCompressed() async throws {
        try await Bench.prepared { bench in
            let (release, _) = try await bench.progressing()
            let first = try await bench.store.decisions(release: release.id)[0]
            #expect(first.evidenceDigest == SHA256Digest(of: Example.evidence).hex)
            let (record, evidence) = try await bench.store.decision(first.id)
            #expect(record == first)
            #expect(evidence == Example.evidence)
            let row = try await bench.admin.query(
                "SELECT pg_column_compression(body) AS method, pg_column_size(body) AS stored, octet_length(body) AS whole FROM tidegate.evidence"
            ).only()
            #expect(["lz4", "pglz"].contains(try row["method"].string()))
            #expect(try row["stored"].int() < row["whole"].int() / 4)
        }
    }

    @Test func evidenceLandsInItsMonthAndOtherwiseInTheRest() async throws {
        try await Bench.prepared { bench in
            let (_, lease) = try await bench.progressing()
            let now = try await bench.store.now()
            var version: Int64 = 1
            for (time, bytes) in [(now, [UInt8(1)]), (Timestamp(rfc3339: "2001-02-03T00:00:00Z")!, [2]), (now, [1])] {
                var step = Example.quiet(lease, version: version)
                step.poll = nil
                step.decisions = [NewDecision(decision: Example.decision(.hold, .progressing, .progressing, at: time), evidence: bytes)]
                _ = try await bench.store.commit(step)
                version += 1
            }
            let rows = try await bench.admin.query(
                "SELECT tableoid::regclass::text AS place, encode(body, 'hex') AS body FROM tidegate.evidence WHERE octet_length(body) = 1 ORDER BY body"
            )
            let month = now.description.prefix(7).replacing("-", with: "_")
            #expect(try rows.map { try $0["place"].string() } == ["tidegate.evidence_\(month)", "tidegate.evidence_other"])
            #expect(try rows.map { try $0["body"].string() } == ["01", "02"])
        }
    }

    @Test func partitionsAreMadeAheadAndOnlyOnce() async throws {
        try await Bench.prepared { bench in
            #expect(try await bench.store.ensureEvidencePartitions(monthsAhead: 2) == 0)
            let made = try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<3 { group.addTask { try await bench.store.ensureEvidencePartitions(monthsAhead: 5) } }
                return try await group.reduce(0, +)
            }
            #expect(made == 3)
            #expect(await refusal { try await bench.store.ensureEvidencePartitions(monthsAhead: 99) }?.code == .invalidInput)
        }
    }

    @Test func aMonthWhoseEvidenceIsInTheRestStaysThere() async throws {
        try await Bench.prepared { bench in
            let (release, lease) = try await bench.progressing()
            var step = Example.quiet(lease, version: 1)
            step.poll = nil
            let ahead = try await bench.store.now() + TimeSpan("120d")!
            step.decisions = [NewDecision(decision: Example.decision(.hold, .progressing, .progressing, at: ahead), evidence: [7])]
            _ = try await bench.store.commit(step)
            #expect(try await bench.store.ensureEvidencePartitions(monthsAhead: 6) == 3)
            let last = try #require(try await bench.store.decisions(release: release.id).last)
            #expect(try await bench.store.decision(last.id).evidence == [7])
        }
    }

    @Test func aDroppedPartitionLeavesTheDecisionWithItsDigest() async throws {
        try await Bench.prepared { bench in
            let (release, _) = try await bench.progressing()
            let place = try await bench.admin.query("SELECT tableoid::regclass::text AS place FROM tidegate.evidence").only()["place"]
                .string()
            try await bench.admin.execute("DROP TABLE \(place)")
            let id = try await bench.store.decisions(release: release.id)[0].id
            let (record, evidence) = try await bench.store.decision(id)
            #expect(evidence == nil)
            #expect(record.evidenceDigest == SHA256Digest(of: Example.evidence).hex)
        }
    }

    @Test func bytesThatAreNotTheDigestsAreRefused() async throws {
        try await Bench.prepared { bench in
            #expect(
                await sqlState {
                    try await bench.admin.execute("INSERT INTO tidegate.evidence (digest, at, body) VALUES (sha256('a'), now(), 'b')")
                }
                    == "23514")
        }
    }

    @Test func historyEntriesAreCanonicalAndTellEverything() async throws {
        try await Bench.prepared { bench in
            let (release, lease) = try await bench.progressing()
            let effect = try await bench.store.claimEffects(lease)[0]
            try await bench.store.recordOutcome(effect: effect.id, lease: lease, result: .done, outcome: ["observed": 0.05])
            _ = try await bench.store.submitCommand(
                Command(kind: .pause, actor: Example.ann, reason: "späte \"Pause\"\n\u{1}"), to: release.id)
            // Entries of kind 'rows' tell of what no other entry carries: registered controllers, migrations, attempts that began.
            let entries = try await bench.store.history().filter { $0.kind != "rows" }
            #expect(entries.map(\.kind) == ["target", "policy", "release", "decision", "effect", "outcome", "command"])
            for entry in entries {
                let value = try JSONValue(parsing: entry.bytes)
                #expect(value.canonicalBytes == entry.bytes, "\(entry.kind)")
                #expect(value["kind"]?.string == entry.kind)
                #expect(entry.leafIndex == nil)
            }
            let decision = try JSONValue(parsing: entries[3].bytes)
            let expected = try JSONValue(encoding: Example.begin(lease).decisions[0].decision)
            #expect(decision["body"] == expected)
            #expect(decision["evidenceDigest"]?.string == SHA256Digest(of: Example.evidence).hex)
            #expect(decision["policyDigest"]?.string == release.policyDigest)
            #expect(try await bench.store.history(release: release.id).count == 5)
        }
    }
}
