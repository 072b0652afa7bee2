import ReleaseModel
import ReleaseServer

extension ReplayRun {
    /// How far apart the numbers of two decisions of one step may lie; other releases are decided in between.
    static let longestStep: Int64 = 1000

    /// One decision of a server.
    static func one(_ decision: Int64, of client: APIClient, plugins: ReplayPlugins) async throws -> ReplaySummary {
        var run = ReplayRun(source: ServerReplaySource(client: client), plugins: plugins)
        run.wholeStep = { try await step(of: $0, client) }
        try await run.take(try await client.decision(decision).record)
        try await run.finish()
        return run.summary
    }

    /// Every decision of a server that a filter lets through.
    static func all(_ filter: [(String, String?)], of client: APIClient, plugins: ReplayPlugins) async throws -> ReplaySummary {
        var run = ReplayRun(source: ServerReplaySource(client: client), plugins: plugins)
        let takesWholeSteps = filter.allSatisfy { name, value in
            value == nil || name == "release" || name == "service" || (name == "kind" && value == "decision")
        }
        if !takesWholeSteps { run.wholeStep = { try await step(of: $0, client) } }
        var after: Int64?
        while true {
            let page = try await client.entries(filter, after: after)
            for entry in page.items { try await run.take(try DecisionView(entry: entry)) }
            guard page.next != nil, let last = page.items.last else { break }
            after = last.position
        }
        try await run.finish()
        return run.summary
    }

    /// Every decision of a bundle.
    static func all(of bundle: BundleReplaySource, plugins: ReplayPlugins) async throws -> ReplaySummary {
        var run = ReplayRun(source: bundle, plugins: plugins)
        for decision in try bundle.decisions() { try await run.take(decision) }
        try await run.finish()
        return run.summary
    }

    private static func step(of view: DecisionView, _ client: APIClient) async throws -> [DecisionView] {
        let around = try await client.decisions(
            view.release, after: "\(max(0, view.id - longestStep))", limit: APIClient.auditPage)
        return around.items.filter { $0.evidenceDigest == view.evidenceDigest }
    }
}
