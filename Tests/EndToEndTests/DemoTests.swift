import Foundation
import ReleaseModel
import Testing

/// The demo ends as its scenario says, by the node of the tree that is meant for it.
@Suite(.serialized) struct DemoTests {
    static func run(_ scenario: String, _ arguments: [String] = []) async throws -> JSONValue {
        let result = try await RunningProgram.run(
            ["demo", "--scenario", scenario, "--fast", "-o", "json"] + arguments, within: .seconds(400))
        try #require(result.code == 0, "\(scenario): \(result.errors)\(result.output)")
        return try JSONValue(parsing: result.output.utf8)
    }

    static func decisions(_ summary: JSONValue) throws -> [Decision] {
        try (summary["decisions"]?.array ?? []).compactMap { try $0["decision"]?.decoded(as: Decision.self) }
    }

    @Test(.timeLimit(.minutes(8))) func aHealthyCanaryIsPromoted() async throws {
        let summary = try await Self.run("healthy")
        #expect(summary["finalState"]?.string == "promoted")
        #expect(summary["observedWeight"]?.number == 100)
        #expect((summary["canaryRequests"]?.number ?? 0) > 100)
        #expect(summary["userErrors"]?.number == 0)
        // Whoever was coloured at the first hop reached the new revision of the second service, and no hop lost the colour.
        let colors = try #require(summary["colors"])
        #expect((colors["colored"]?.number ?? 0) > 100)
        #expect(colors["lost"]?.number == 0)
        // The last requests may have been written down at the second hop and not yet at the first.
        let reached = colors["reachedCanary"]?.number ?? 0
        #expect(reached > 100)
        #expect((0...96).contains(reached - (colors["furtherHops"]?.number ?? 0)), "\(colors)")
        #expect(try Self.decisions(summary).last?.kind == .complete)
    }

    /// Each fault is found by its own signal, with the others innocent.
    @Test(
        .timeLimit(.minutes(8)),
        arguments: [
            ("errors", "canary is worse", "errors.guilty"), ("latency", "canary is worse", "latency.guilty"),
            ("gc", "canary is worse", "gc.guilty"), ("memory", "canary is worse", "memory.guilty"),
            ("logs", "slo and logs agree", "slo.breached"),
        ])
    func aFaultyCanaryIsRolledBack(scenario: String, node: String, signal: String) async throws {
        let summary = try await Self.run(scenario)
        #expect(summary["finalState"]?.string == "rolledBack")
        #expect(summary["observedWeight"]?.number == 0)
        let rollback = try #require(try Self.decisions(summary).first { $0.kind == .rollback })
        #expect(rollback.because == node, "\(rollback.reason)")
        let taken = try #require(rollback.path.first { $0.taken })
        let raised = taken.readings.filter { $0.reading == .bool(true) }.map(\.name)
        #expect(raised == [signal], "\(taken.readings)")
        #expect((summary["faultToZeroSeconds"]?.number ?? -1) > 0)
    }

    /// What `--data` keeps can be opened again.
    @Test(.timeLimit(.minutes(8))) func theHistoryIsKept() async throws {
        let folder = "/tmp/tidegate-kept-\(UUID().uuidString.prefix(8))"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let summary = try await Self.run("errors", ["--data", folder])
        let listed = try await RunningProgram.run(["audit", "list", "--data", folder, "-o", "json"])
        try #require(listed.code == 0, "\(listed)")
        let document = try JSONValue(parsing: listed.output.utf8)
        let count = (document["items"]?.array ?? document.array ?? []).count
        #expect(count == (summary["decisions"]?.array ?? []).count)

        // The plugins are the very files that judged the release, so that everything is made again from the recorded samples.
        let replayed = try await RunningProgram.run(["audit", "replay", "--data", folder, "-o", "json"], within: .seconds(120))
        #expect(replayed.code == 0, "\(replayed)")
        let replay = try JSONValue(parsing: replayed.output.utf8)
        #expect(replay["agree"]?.number == Double(count))
        let plugins = replay["plugins"]?.array ?? []
        #expect(plugins.contains { $0["plugin"]?["name"]?.string == "HealthScore" && ($0["agree"]?.number ?? 0) > 0 }, "\(plugins)")
    }

    /// Ctrl-C in the middle leaves nothing running and no folder behind.
    @Test(.timeLimit(.minutes(4))) func anInterruptedDemoLeavesNothing() async throws {
        let demo = try RunningProgram(["demo", "--scenario", "healthy", "--fast"])
        let folder = "/tmp/tidegate-demo-\(demo.pid)"
        try await Deadline.wait(.seconds(90), for: "the release") { demo.standardOutput.contains("start ") || !demo.isRunning }
        demo.signal(SIGINT)
        _ = try await demo.end(within: .seconds(60))
        #expect(!FileManager.default.fileExists(atPath: folder))
        try await Deadline.wait(.seconds(20), for: "the end of everything under \(folder)") { Self.processes(mentioning: folder).isEmpty }
    }

    static func processes(mentioning text: String) -> [Int32] {
        ProcessList.pids().filter { pid in
            guard let data = FileManager.default.contents(atPath: "/proc/\(pid)/cmdline") else { return false }
            return String(decoding: data, as: UTF8.self).contains(text)
        }
    }
}
