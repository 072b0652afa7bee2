import Foundation
import Logging
import PluginKit
import PostgresClient
import ReleaseController
import ReleaseModel
import ReleaseStore
import TransparencyLog

let quiet = Logger(label: "bench") { _ in SwiftLogNoOpLogHandler() }

/// Appends and proofs in a real PostgreSQL.
struct DatabaseComparison: Sendable {
    static let appends = 5_000
    static let proofs = 2_000

    let client: PostgresClient
    let store: ReleaseStore
    let address: String

    func run(entries: Int) async throws {
        try await appends()
        try await proofs(entries: entries)
        let peak = try Peak.ofChild(["export", address])
        print("export of all of it:")
        print(String(format: "  memory at its peak            %7.0f MB", Double(peak) / 1e6))
    }

    /// What the child does: reads the whole history and lets it go.
    static func export(from address: String) async throws {
        let client = PostgresClient(try PostgresConfiguration(address), logger: quiet)
        try await ReleaseStore.exportHistory(client) { _ in }
        await client.close()
    }

    /// One transaction for each: an entry with an image of a row that it made, beside the same row and entry inserted bare.
    private func appends() async throws {
        try await client.execute("CREATE TABLE public.bare_token (LIKE tidegate.token INCLUDING ALL)")
        try await client.execute(
            "CREATE TABLE public.bare_entry (LIKE tidegate.history_entry INCLUDING DEFAULTS INCLUDING IDENTITY INCLUDING INDEXES)")
        try await client.execute("ALTER TABLE public.bare_entry ALTER leaf_hash DROP NOT NULL")
        let recorded = try await AuditBenchmark.seconds {
            for index in 0..<Self.appends {
                _ = try await client.query(
                    "SELECT tidegate.create_token($1, 'auditor', $2, sha256('x'), '{\"name\": \"ann\", \"means\": \"token\"}', 'bench')",
                    [.text("token-\(index)"), .text(Self.key(index))])
            }
        }
        let rows = try await client.query(
            "SELECT entry.entry FROM tidegate.history_entry AS entry WHERE kind = 'token' ORDER BY id LIMIT $1", [.int(Self.appends)])
        let bytes = try rows.map { try $0["entry"].bytes() }
        let bare = try await AuditBenchmark.seconds {
            for index in 0..<Self.appends {
                _ = try await client.query(
                    """
                    WITH one AS (
                        INSERT INTO public.bare_token (name, role, key, secret_sha256, created_by, means, reason)
                        VALUES ($1, 'auditor', $2, sha256('x'), 'ann', 'token', 'bench') RETURNING id)
                    INSERT INTO public.bare_entry (kind, entry) SELECT 'token', $3 FROM one
                    """, [.text("token-\(index)"), .text(Self.key(index)), .bytes(bytes[index])])
            }
        }
        print("appends, one transaction each, \(bytes[0].count) bytes an entry:")
        print(String(format: "  bare INSERT of the same rows  %7.0f a second", Double(Self.appends) / bare))
        print(
            String(
                format: "  recorded                      %7.0f a second   %.2f times the time", Double(Self.appends) / recorded,
                recorded / bare))
    }

    private static func key(_ index: Int) -> String {
        let digits = String(index, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }

    private func proofs(entries: Int) async throws {
        try await client.execute(
            "INSERT INTO tidegate.history_entry (kind, entry) SELECT 'bench', convert_to(format('{\"kind\":\"bench\",\"number\":%s}', n), 'UTF8') FROM generate_series(1, $1) AS n",
            [.int(entries)], timeout: .seconds(600))
        let file = NSTemporaryDirectory() + "bench-audit-\(ProcessInfo.processInfo.processIdentifier)"
        defer { try? FileManager.default.removeItem(atPath: file) }
        let key = NoteSigningKey(newNamed: try await store.logHead().origin)!
        try (key.secretText + "\n").write(toFile: file, atomically: true, encoding: .utf8)
        let sequencer = LogSequencer(store: store, keys: LogKeyRing(SecretReference("file:\(file)")!), controller: "bench", logger: quiet)
        let numbered = try await AuditBenchmark.seconds { try await sequencer.sequence() }
        let size = try await store.logHead().size
        print("sequencer: \(size) entries in \(String(format: "%.1f", numbered)) s, \(Int(Double(size) / numbered)) a second")
        let first = try await client.query("SELECT min(id) AS id FROM tidegate.history_entry WHERE kind = 'bench'").only()["id"].int64()
        var ids: [Int64] = []
        for _ in 0..<Self.proofs * 10 { ids.append(first + Int64.random(in: 0..<Int64(entries))) }
        var lookups: [Double] = []
        var proofs: [Double] = []
        for index in 0..<Self.proofs {
            lookups.append(
                try await AuditBenchmark.seconds {
                    for id in ids[index * 10..<index * 10 + 10] {
                        _ = try await client.query("SELECT entry FROM tidegate.history_entry WHERE id = $1", [.int(id)])
                    }
                })
            proofs.append(try await AuditBenchmark.seconds { _ = try await store.proof(ofEntry: ids[index * 10]) })
        }
        let (lookup, proof) = (lookups.sorted()[Self.proofs / 2] * 1e6, proofs.sorted()[Self.proofs / 2] * 1e6)
        print("proof of one entry among \(size), median of \(Self.proofs):")
        print(String(format: "  ten look-ups by primary key   %7.0f us", lookup))
        print(String(format: "  entry, proof and signed head  %7.0f us   %.2f times", proof, proof / lookup))
    }
}
