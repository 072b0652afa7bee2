import Foundation
import Hashing
import ReleaseModel
import Testing

/// A rollback, a hold and a promotion of weight are told to the policy's webhook, signed, each under a delivery of its own.
@Suite struct WebhookTests {
    private struct Delivery: Decodable {
        var signature: String
        var delivery: String
        var body: String
    }

    private static func deliveries(_ site: TestSite) -> [Delivery] {
        let text = (try? String(contentsOfFile: "\(site.folder)/nginx/logs/hook.log", encoding: .utf8)) ?? ""
        return text.split(separator: "\n").compactMap { try? JSONDecoder().decode(Delivery.self, from: Data($0.utf8)) }
    }

    @Test(.timeLimit(.minutes(3))) func everyDecisionThatMattersIsTold() async throws {
        let site = try await TestSite()
        do {
            let server = try await site.serve(environment: ["HOOK_SECRET": "correct horse"])
            try await site.apply(
                stages: CrashTests.stages, tree: CrashTests.tree,
                notify: "[{webhook: \"http://127.0.0.1:\(site.entryPort)/hook\", secret: \"env:HOOK_SECRET\"}]")
            _ = try await site.tidegate(
                "release", "start", "checkout", "--to", "v42", "--policy", "e2e", "--target", "edge", "--reason", "test")
            try await Deadline.wait(.seconds(60), for: "the last notification") {
                Self.deliveries(site).contains { $0.body.contains("\"event\":\"confirm\"") }
            }
            let deliveries = Self.deliveries(site)
            let events = try deliveries.map { try JSONValue(parsing: $0.body.utf8)["event"]?.string ?? "" }
            #expect(Set(events) == ["start", "hold", "advance", "rollback", "confirm"])
            #expect(Set(deliveries.map(\.delivery)).count == deliveries.count)
            for delivery in deliveries {
                let expected = hmacSHA256(key: Array("correct horse".utf8), message: Array(delivery.body.utf8)).hex
                #expect(delivery.signature == "sha256=\(expected)")
            }
            server.signal(SIGTERM)
            #expect(try await server.end() == 0)
            #expect(!server.standardError.contains("correct horse"))
            await site.close()
        } catch {
            await site.close()
            throw error
        }
    }
}
