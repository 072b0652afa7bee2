import Foundation
import HTTPClient
import Hashing
import ReleaseModel
import ReleaseServer
import ReleaseStore
import Testing

/// The page of a decision, as a browser gets it.
@Suite struct PageRoutesTests {
    private static let hostile = #"</p><script>alert("1")</script>&'"#

    /// A release with two decisions: by the tree with evidence, and by a rule without.
    private static func run(_ body: @escaping @Sendable (RunningServer, Release, [Int64]) async throws -> Void) async throws {
        try await RunningServer.run { (server: RunningServer) async throws -> Void in
            try await Fixtures.prepare(server.store)
            let release = try await Fixtures.start(server.store)
            try await TestController(server.store).enterFirstStage(release.id, reason: hostile, thenHoldBecause: "a person asked for it")
            try await body(server, release, try await server.store.decisions(release: release.id).map(\.id))
        }
    }

    private static func page(_ id: Int64, of server: RunningServer) async throws -> RunningServer.Answer {
        try await server.call(.get, "/v1/decisions/\(id)/page.html", as: .auditor)
    }

    @Test func aPageTellsWhatWasDecidedAndWhy() async throws {
        try await Self.run { server, release, ids async throws in
            let answer = try await Self.page(ids[0], of: server)
            #expect(answer.status == 200)
            #expect(answer.response.header("content-type") == "text/html; charset=utf-8")
            for piece in [
                "<strong>start</strong> of \(release.id)", "because “all good”", "<dt>state</dt><dd>pending -&gt; progressing</dd>",
                "<dt>weights</dt><dd>stable 100%, canary 0% -&gt; stable 95%, canary 5%</dd>", "<dt>verdict</dt><dd>healthy</dd>",
                "<dt>policy</dt><dd>demo, version 1, sha256 ", "<td>canary is worse</td><td class=\"false\">false</td>",
                "<td>errors.guilty = no</td>", "<tr class=\"taken\"><td>▶</td><td>all good</td>", "src=\"data:image/svg+xml;base64,",
                "<td><code>score</code></td><td class=\"\">97.5</td>",
                "<td><code>logs.anomaly</code></td><td class=\"unknown\">missing (no log counts)</td>", "&quot;evaluated&quot; : {",
                "/releases/\(release.id)/decisions\"",
            ] {
                #expect(answer.text.contains(piece), "\(piece)")
            }
        }
    }

    @Test func aPageNamesItsEntryAndItsNeighbours() async throws {
        try await Self.run { server, release, ids async throws in
            let entry = try await server.store.entry(ofDecision: ids[0])
            let first = try await Self.page(ids[0], of: server).text
            let second = try await Self.page(ids[1], of: server).text
            #expect(first.contains("<dt>entry</dt><dd>\(entry) of the history, not in the log yet</dd>"))
            #expect(first.contains("<a rel=\"next\" href=\"../\(ids[1])/page.html\">") && !first.contains("rel=\"prev\""))
            #expect(second.contains("<a rel=\"prev\" href=\"../\(ids[0])/page.html\">") && !second.contains("rel=\"next\""))
            #expect(second.contains("The tree was not asked for this decision."))
            #expect(second.contains("This decision has no evidence: no evaluation was involved."))
        }
    }

    /// The policy allows the page's own style by its digest, and nothing that runs or comes from elsewhere.
    @Test func nothingRunsAndNothingIsFetched() async throws {
        try await Self.run { server, _, ids async throws in
            let answer = try await Self.page(ids[0], of: server)
            let policy = try #require(answer.response.header("content-security-policy"))
            let style = try #require(answer.text.split(separator: "<style>").last?.split(separator: "</style>").first)
            let digest = Data(SHA256Digest(of: String(style)).bytes).base64EncodedString()
            #expect(policy.hasPrefix("default-src 'none'; style-src 'sha256-\(digest)'; img-src data:;"))
            #expect(!policy.contains("unsafe") && !policy.contains("script"))
            #expect(!answer.text.contains("<script") && !answer.text.contains("style=\"") && !answer.text.contains("http://"))
            #expect(answer.text.contains("&lt;/p&gt;&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;&amp;&#39;"))
            #expect(answer.response.header("x-content-type-options") == "nosniff")
            #expect(answer.response.header("cache-control") == "no-store")
        }
    }

    @Test func aPageIsReadWithTheRightsOfTheHistory() async throws {
        try await Self.run { server, _, ids async throws in
            let path = "/v1/decisions/\(ids[0])/page.html"
            #expect(try await server.call(.get, path, as: nil).status == 401)
            #expect(try await server.call(.get, path, as: .intake).status == 403)
            #expect(try await server.call(.get, path, as: .operator).status == 200)
            #expect(try await server.call(.get, path + "?colour=red").status == 400)
            #expect(try await server.call(.get, "/v1/decisions/x/page.html").status == 400)
            #expect(try await server.call(.get, "/v1/decisions/99999/page.html").status == 404)
        }
    }
}
