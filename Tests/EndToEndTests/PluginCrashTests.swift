import Foundation
import Testing

/// kill -9 of a plugin's process in the middle of a release: that evaluation is an error, the release holds, and goes on.
@Suite(.serialized) struct PluginCrashTests {
    /// Processes whose command line names the plugin and the site.
    static func processes(of plugin: String, site: TestSite) -> [Int32] {
        ProcessList.pids().filter { pid in
            guard let data = FileManager.default.contents(atPath: "/proc/\(pid)/cmdline") else { return false }
            let words = data.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
            return words.first?.hasSuffix("tidegate-plugin-runner") == true && words.contains(plugin)
                && words.contains { $0.hasPrefix(site.plugins) }
        }
    }

    @Test(.timeLimit(.minutes(5))) func theReleaseHoldsAndGoesOn() async throws {
        let site = try await TestSite()
        do {
            let server = try await site.serve()
            try await site.apply(
                stages: "[{weight: 10%, for: 20s, samples: 0}, {weight: 50%, for: 20s, samples: 0}]", tree: CrashTests.tree)
            _ = try await site.tidegate(
                "release", "start", "checkout", "--to", "v42", "--policy", "e2e", "--target", "edge", "--reason", "test")
            try await Deadline.wait(.seconds(30), for: "a healthy window") {
                try await site.decisions("checkout-1").contains("clear 10% all good")
            }
            try await Deadline.wait(.seconds(30), for: "an error") {
                for pid in Self.processes(of: "HealthScore", site: site) { kill(pid, SIGKILL) }
                return try await site.decisions("checkout-1").contains("error 10% conditions unknown")
            }
            try await Deadline.wait(.seconds(60), for: "recovery") {
                try await site.decisions("checkout-1").suffix(1) == ["clear 10% all good"]
            }
            #expect(try await site.state("checkout-1") == "progressing")
            let promoted = try await site.tidegate("release", "promote", "checkout-1", "--reason", "on with it")
            #expect(promoted.code == 0, "\(promoted)")
            try await Deadline.wait(.seconds(60), for: "the rollback") { try await site.state("checkout-1") == "rolledBack" }
            #expect(
                try await site.decisions("checkout-1").suffix(3) == [
                    "promote 50% command", "rollback 0% canary is worse", "confirm 0% weight 0 read back",
                ])
            server.signal(SIGTERM)
            #expect(try await server.end() == 0)
            await site.close()
        } catch {
            await site.close()
            throw error
        }
    }
}
