import Foundation
import Testing

/// A hand edit of what Tidegate generated is noticed, recorded and put back.
@Suite struct DriftTests {
    @Test(.timeLimit(.minutes(5))) func aHandEditIsADecision() async throws {
        let site = try await TestSite()
        do {
            let server = try await site.serve()
            try await site.apply(stages: "[{weight: 10%, for: 5m, samples: 0}]", tree: CrashTests.tree)
            _ = try await site.tidegate(
                "release", "start", "checkout", "--to", "v42", "--policy", "e2e", "--target", "edge", "--reason", "test")
            try await Deadline.wait(.seconds(30), for: "a healthy window") {
                try await site.decisions("checkout-1").contains("clear 10% all good")
            }
            let written = try String(contentsOfFile: site.fragment, encoding: .utf8)
            try (written + "\n# edited by hand\n").write(toFile: site.fragment, atomically: true, encoding: .utf8)
            try await Deadline.wait(.seconds(30), for: "the drift") { try await site.decisions("checkout-1").contains("drift 10% drift") }
            try await Deadline.wait(.seconds(30), for: "the repair") {
                let now = try String(contentsOfFile: site.fragment, encoding: .utf8)
                return !now.contains("edited by hand")
            }
            let aborted = try await site.tidegate("release", "abort", "checkout-1", "--reason", "enough")
            #expect(aborted.code == 0, "\(aborted)")
            let status = try await site.tidegate("release", "status", "checkout-1", "--wait", "--timeout", "30s")
            #expect(status.code == 3, "\(status)")
            server.signal(SIGTERM)
            #expect(try await server.end() == 0)
            await site.close()
        } catch {
            await site.close()
            throw error
        }
    }
}
