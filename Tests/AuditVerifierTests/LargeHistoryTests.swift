import AuditVerifier
import Hashing
import PostgresClient
import ReleaseController
import Testing
import TransparencyLog

@testable import ReleaseStore

/// Histories of more entries than one tile holds, and than one tile of tiles holds: numbered, proven and verified by the real parts.
@Suite(.timeLimit(.minutes(10))) struct LargeHistoryTests {
    /// Around whole tiles, and in the long run of `make tamper` around a whole tile of tiles.
    private static let sizes =
        [255, 256, 257, 511, 512, 513, 1_025] + (TamperTests.isLongRun ? [65_535, 65_536, 65_537, 70_000] : [])

    /// Entries without a release, in the form of all entries.
    private func write(_ count: Int, into site: Site) async throws {
        try await site.admin.execute(
            """
            INSERT INTO tidegate.history_entry (id, kind, recorded_at, entry) OVERRIDING SYSTEM VALUE
            SELECT number, 'note', now(), convert_to(format(
                '{"history":{"id":%s},"kind":"note","recordedAt":"%s"}', number, tidegate.rfc3339(now())), 'UTF8')
            FROM (SELECT nextval(pg_get_serial_sequence('tidegate.history_entry', 'id')) AS number FROM generate_series(1, $1)) AS numbers
            """, [.int(count)], timeout: .seconds(120))
    }

    private func entryCount(_ site: Site) async throws -> Int {
        Int(try await site.admin.query("SELECT count(*) AS count FROM tidegate.history_entry").only()["count"].int64())
    }

    @Test func everySizeAroundWholeTilesHolds() async throws {
        try await Site.with { site in
            try await site.sign()
            var range = CompactRange()
            var heads: [LogCheckpoint] = []
            let sequencer = try site.sequencer()
            for size in Self.sizes {
                try await write(size - (try await entryCount(site)), into: site)
                try await sequencer.sequence()
                let head = try await site.head()
                #expect(head.size == UInt64(size))
                let leaves = try await site.admin.query(
                    "SELECT entry FROM tidegate.history_entry WHERE leaf_index >= $1 ORDER BY leaf_index", [.int(Int(range.size))])
                for leaf in leaves { range.append(MerkleTree.leafHash(of: try leaf["entry"].bytes())) }
                #expect(range.size == head.size && range.root == head.root, "\(size) entries")
                for old in heads {
                    let proof = try await site.store.consistencyProof(from: old.size, to: head.size)
                    #expect(proof.holds(oldRoot: old.root, newRoot: head.root), "\(old.size) to \(size)")
                }
                for leaf in [0, size / 2, size - 1] {
                    let id = try await site.admin.query("SELECT id FROM tidegate.history_entry WHERE leaf_index = $1", [.int(leaf)]).only()
                    let proven = try await site.store.proof(ofEntry: try id["id"].int64())
                    #expect(proven.proof.root(leaf: MerkleTree.leafHash(of: proven.entry.bytes)) == head.root, "leaf \(leaf) of \(size)")
                }
                heads.append(head)
                if size < 2_000 || size == Self.sizes.last {
                    let report = try await site.verify()
                    #expect(report.holds && report.coveredEntries == UInt64(size), "\(size): \(report.findings.prefix(3))")
                }
            }
        }
    }
}
