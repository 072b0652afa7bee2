import Foundation
import ReleaseModel
import Testing

/// Probes of the real servers behind nginx find a revision that answers wrongly, and the evidence says that it was they who did.
@Suite struct ProbeTests {
    @Test(.timeLimit(.minutes(5))) func aWrongAnswerToProbesIsRolledBack() async throws {
        let site = try await TestSite()
        do {
            let server = try await site.serve()
            // The stable revision answers v41, and the new one does not; users, whose metrics are scripted, see nothing of it.
            try await site.apply(
                stages: "[{weight: 10%, for: 60s, samples: 0}]", tree: CrashTests.tree, probes: "{path: /healthz, rate: 20, contains: v41}")
            let started = try await site.tidegate(
                "release", "start", "checkout", "--to", "v42", "--policy", "e2e", "--target", "edge", "--reason", "test")
            try #require(started.code == 0, "\(started)")
            let ended = try await site.tidegate("release", "status", "checkout-1", "--wait", "--timeout", "60s")
            #expect(ended.code == 3, "\(ended)")

            let listed = try await site.tidegate("audit", "list", "--release", "checkout-1", "-o", "json")
            let document = try JSONValue(parsing: listed.output.utf8)
            let rollback = try #require((document["items"]?.array ?? []).first { ($0["decision"] ?? $0)["kind"]?.string == "rollback" })
            let shown = try await site.tidegate("audit", "show", "\(Int(rollback["id"]?.number ?? 0))", "-o", "json")
            #expect(
                shown.output.contains(#""source" : "probes""#) || shown.output.contains(#""source":"probes""#),
                "\(shown.output.prefix(2000))")
            #expect(shown.output.contains("probe.errors"))
            server.signal(SIGTERM)
            _ = try await server.end(within: .seconds(30))
        } catch {
            await site.close()
            throw error
        }
        await site.close()
    }
}
