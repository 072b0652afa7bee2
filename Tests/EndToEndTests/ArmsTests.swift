import Foundation
import HTTPClient
import ReleaseModel
import Testing

/// Two revisions are compared behind a real nginx: everybody keeps an arm while the weight grows, and comes back to it in a retry.
@Suite struct ArmsTests {
    static let users = 300

    /// The revision that each user gets.
    static func revisions(_ site: TestSite) async throws -> [String] {
        let client = HTTPClient()
        defer { client.shutdown() }
        var found: [String] = []
        for user in 0..<users {
            let response = try await client.send(
                HTTPRequest(
                    .get, "http://127.0.0.1:\(site.entryPort)/", headers: [HTTPHeader("x-user-id", "user-\(user)")], timeout: .seconds(10)))
            found.append(response.header("x-tidegate-revision") ?? "none")
        }
        return found
    }

    static func count(_ revision: String, _ revisions: [String]) -> Int { revisions.filter { $0 == revision }.count }

    /// Waits until the release carries this weight, and nobody but workers of that plan answers.
    static func carries(_ percent: String, _ release: String, _ site: TestSite) async throws {
        try await Deadline.wait(.seconds(60), for: "\(percent) of \(release)") {
            let shown = try await site.tidegate("release", "status", release, "-o", "json")
            let document = try? JSONValue(parsing: shown.output.utf8)
            return document?["observedWeight"]?.number == Weight(percent: percent).map { Double($0.basisPoints) }
        }
    }

    @Test(.timeLimit(.minutes(5))) func arms() async throws {
        let site = try await TestSite()
        do {
            let server = try await site.serve()
            try await site.apply(
                stages: "[{weight: 20%, for: 1s, samples: 0}, {weight: 60%, for: 2s, samples: 0}]", tree: CrashTests.tree,
                routing: ", arms: [{name: a, share: 50%}, {name: b, share: 50%}]")
            let wrong = try await site.tidegate(
                "release", "start", "checkout", "--to", "v42", "--policy", "e2e", "--target", "edge", "--reason", "test")
            #expect(wrong.code == 1 && wrong.errors.contains("shares traffic among a, b"), "\(wrong)")
            let started = try await site.tidegate(
                "release", "start", "checkout", "--arm", "a=v42", "--arm", "b=v43", "--policy", "e2e", "--target", "edge", "--reason",
                "test")
            try #require(started.code == 0, "\(started)")

            try await Self.carries("60%", "checkout-1", site)
            let first = try await Self.revisions(site)
            for (revision, share) in [("v41", 0.4), ("v42", 0.3), ("v43", 0.3)] {
                let expected = share * Double(Self.users)
                // Five standard deviations of a binomial count.
                #expect(abs(Double(Self.count(revision, first)) - expected) < 5 * (expected * (1 - share)).squareRoot(), "\(revision)")
            }
            let promoted = try await site.tidegate("release", "promote", "checkout-1", "--reason", "test")
            #expect(promoted.code == 0)
            try await Deadline.wait(.seconds(30), for: "the refusal") {
                try await site.decisions("checkout-1").contains { $0.hasPrefix("refuse 60%") }
            }

            _ = try await site.tidegate("release", "abort", "checkout-1", "--reason", "enough")
            try await Deadline.wait(.seconds(60), for: "the end") { try await site.state("checkout-1") == "aborted" }
            #expect(Self.count("v41", try await Self.revisions(site)) == Self.users)

            let retried = try await site.tidegate("release", "retry", "checkout-1", "--reason", "again")
            try #require(retried.code == 0, "\(retried)")
            try await Self.carries("60%", "checkout-2", site)
            #expect(try await Self.revisions(site) == first, "everybody is where they were")
            _ = try await site.tidegate("release", "abort", "checkout-2", "--reason", "enough")
            try await Deadline.wait(.seconds(60), for: "the end") { try await site.state("checkout-2") == "aborted" }
            server.signal(SIGTERM)
            #expect(try await server.end() == 0)
            await site.close()
        } catch {
            await site.close()
            throw error
        }
    }
}
