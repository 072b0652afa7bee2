import Foundation
import ReleaseModel
import Testing

/// What an auditor does with a site that is not trusted: heads are anchored at an HTTP endpoint while releases run, and the history is checked
/// against them afterwards, from the server, from a snapshot and from a bundle.
@Suite struct AuditTests {
    /// The heads that the endpoint was given, in the order in which they came.
    private static func heads(_ site: TestSite) throws -> String {
        let log = try String(contentsOfFile: "\(site.folder)/nginx/logs/heads.log", encoding: .utf8)
        return try log.split(separator: "\n").compactMap { try JSONValue(parsing: $0.utf8)["head"]?.string }.joined(separator: "\n")
    }

    @Test(.timeLimit(.minutes(3))) func aHistoryIsCheckedAgainstWhatWasAnchoredOverHTTP() async throws {
        let site = try await TestSite()
        do {
            let server = try await site.serve("--anchor", "http://127.0.0.1:\(site.entryPort)/heads")
            try await site.apply(stages: CrashTests.stages, tree: CrashTests.tree)
            let started = try await site.tidegate(
                "release", "start", "checkout", "--to", "v42", "--policy", "e2e", "--target", "edge", "--reason", "the test's reason")
            #expect(started.code == 0, "\(started.errors)")
            try await Deadline.wait(.seconds(60), for: "the rollback") {
                ((try? await site.state("checkout-1")) ?? nil).map { ["rolledBack", "stable"].contains($0) } ?? false
            }
            let keys = try await site.tidegate("audit", "keys", "-o", "json")
            let key = try #require(try JSONValue(parsing: keys.output.utf8)["keys"]?.array?.first?["key"]?.string)
            let (bundle, snapshot, anchors) = ("\(site.folder)/bundle.zip", "\(site.folder)/history.ndjson", "\(site.folder)/anchors")
            #expect(try await site.tidegate("audit", "bundle", "checkout-1", "-f", bundle).code == 0)
            #expect(try await site.tidegate("audit", "snapshot", "-f", snapshot).code == 0)
            server.signal(SIGTERM)
            #expect(try await server.end() == 0)
            try Self.heads(site).write(toFile: anchors, atomically: true, encoding: .utf8)

            // The last head was put out as the server ended, so that the anchors cover everything.
            let whole = try await site.tidegate("audit", "verify", "--data", site.data, "--key", key, "--anchor", anchors, "-o", "json")
            #expect(whole.code == 0, "\(whole.output)\(whole.errors)")
            let report = try JSONValue(parsing: whole.output.utf8)
            #expect(report["anchors"]?.number ?? 0 > 0)
            #expect(report["anchoredEntries"]?.number == report["coveredEntries"]?.number)
            let offline = try await site.tidegate("audit", "verify", bundle, "--key", key)
            #expect(offline.code == 0, "\(offline.output)\(offline.errors)")

            // A reason that was changed in the snapshot is found, and where.
            let text = try String(contentsOfFile: snapshot, encoding: .utf8)
            try text.replacing("the test's reason", with: "another reason", maxReplacements: 1)
                .write(toFile: snapshot, atomically: true, encoding: .utf8)
            let tampered = try await site.tidegate("audit", "verify", snapshot, "--key", key)
            #expect(tampered.code == 1)
            #expect(tampered.output.contains("entry"), "\(tampered.output)\(tampered.errors)")
            let folder = try await site.tidegate("audit", "verify", site.folder, "--key", key)
            #expect(folder.code == 1 && folder.errors.contains("the file cannot be read"), "\(folder.errors)")
            // Under another key nothing counts.
            let stranger = try await site.tidegate("audit", "verify", "--data", site.data, "--key", key.replacing("+A", with: "+B"))
            #expect(stranger.code != 0)
            await site.close()
        } catch {
            await site.close()
            throw error
        }
    }
}
