import Foundation
import Testing

/// kill -9 of the server at every boundary between recording and doing: the release goes on with the same decisions, none twice.
@Suite(.serialized) struct CrashTests {
    static let stages = "[{weight: 10%, for: 1s, samples: 0}, {weight: 50%, for: 20s, samples: 0}]"
    static let tree = ["{name: canary is worse, if: errors.guilty, then: rollback}", "{name: all good, then: advance}"]
    static let expected = [
        "start 10% start", "hold 10% conditions unknown", "clear 10% all good", "advance 50% all good", "rollback 0% canary is worse",
        "confirm 0% weight 0 read back",
    ]
    /// How often each boundary is passed at least in one such release.
    static let boundaries = [("before-commit", 8), ("after-commit", 8), ("before-effect", 3), ("after-effect", 3), ("after-outcome", 3)]

    @Test(.timeLimit(.minutes(15))) func everyBoundary() async throws {
        let site = try await TestSite()
        do {
            var server = try await site.serve()
            try await site.apply(stages: Self.stages, tree: Self.tree)
            var number = 0
            for (boundary, count) in [("none", 1)] + Self.boundaries {
                for occurrence in 1...count {
                    server.signal(SIGTERM)
                    try await server.end()
                    let point = boundary == "none" ? nil : "\(boundary):\(occurrence)"
                    server = try await site.serve(haltingAt: point)
                    number += 1
                    let release = "checkout-\(number)"
                    let start = try await site.tidegate(
                        "release", "start", "checkout", "--to", "v42", "--policy", "e2e", "--target", "edge", "--reason", "test")
                    try #require(start.code == 0 || !server.isRunning, "\(start)")
                    if point != nil {
                        // Killed by itself, as kill -9 would.
                        #expect(try await server.end(within: .seconds(60)) == 128 + SIGKILL, "\(point ?? "")")
                        server = try await site.serve()
                    }
                    try await Deadline.wait(.seconds(60), for: "the end of \(release) after \(point ?? "nothing")") {
                        try await site.state(release) == "rolledBack"
                    }
                    let decisions = try await site.decisions(release)
                    #expect(decisions == Self.expected, "after \(point ?? "nothing")")
                }
            }
            server.signal(SIGTERM)
            #expect(try await server.end() == 0)
            await site.close()
        } catch {
            await site.close()
            throw error
        }
    }
}
