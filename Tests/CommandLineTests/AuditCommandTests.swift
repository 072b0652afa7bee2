import Foundation
import Hashing
import ReleaseModel
import ReleaseServer
import ReleaseStore
import Testing
import ZipArchive

@testable import tidegate

/// The audit commands against a real server.
@Suite struct AuditCommandTests {
    private static let policy = Policy(
        name: "demo", traffic: PluginUse(plugin: "nginx"),
        metrics: MetricsPolicy(source: PluginUse(plugin: "prometheus"), every: .seconds(5), lag: .seconds(2)), logs: nil,
        routing: RoutingPolicy(
            plugin: "weighted", coloring: "coloring", key: "client.address", tagHeader: "x-gray-tag", colors: [], rules: []),
        stages: [Stage(weight: Weight(percent: "5%")!, duration: .seconds(30))], warmUp: .zero, bake: .seconds(30),
        health: PluginUse(plugin: "health"), tree: [TreeNode(name: "all good", condition: nil, action: .advance)], notify: [])

    /// A server with three releases, one of which was begun by the engine, with its evidence.
    static func run(_ body: @escaping @Sendable (LiveServer, TemporaryFolder, ReleaseID) async throws -> Void) async throws {
        try await LiveServer.run { server async throws in
            let ann = Actor(name: "ann", means: .token, onBehalfOf: "pipeline 7")
            _ = try await server.store.applyPolicy(source: "kind: RolloutPolicy", policy: policy, actor: ann)
            let services = ["checkout", "search", "cart"]
            _ = try await server.store.applyTarget(
                Target(
                    name: "edge", plugin: "nginx", nodes: [TargetNode(name: "n1", configuration: [:])],
                    services: services.map { name in
                        TargetService(
                            name: name, stable: "v41",
                            revisions: ["v41", "v42"].map { TargetRevision(name: $0, servers: ["127.0.0.1:80"]) })
                    }), actor: ann)
            for service in services {
                _ = try await server.store.startRelease(
                    StartRequest(service: service, revision: "v42", policy: "demo", target: "edge", actor: ann, reason: "new basket"))
            }
            try await EngineDecision.begin("checkout-1", store: server.store, policy: policy)
            try await TemporaryFolder.run { try await body(server, $0, "checkout-1") }
        }
    }

    @Test func theHistoryIsListedByWhatIsAskedFor() async throws {
        try await Self.run { server, _, release async throws in
            let decisions = await server.run("audit", "list", "--release", release)
            #expect(decisions.output.contains("start"), "\(decisions.errors)")
            #expect(decisions.output.contains("NUMBER"))
            #expect(await server.run("audit", "list", "--kind", "rollback").output == "no decisions\n")
            let byAnn = await server.run("audit", "list", "--actor", "ann", "--all")
            #expect(byAnn.output.contains("policy demo, version 1, applied"))
            #expect(byAnn.output.contains("ann for pipeline 7"))
            let releases = await server.run("audit", "list", "--kind", "release", "--service", "search", "-o", "json")
            let page = try JSONValue(parsing: releases.output.utf8)
            #expect(page["items"]?.array?.count == 1)
            #expect(page["items"]?.array?.first?["entry"]?["reason"] == "new basket")
            let early = await server.run("audit", "list", "--all", "--to", "2020-01-01")
            #expect(early.output == "no entries\n")
            let wrong = await server.run("audit", "list", "--outcome", "good")
            #expect(wrong.code == 1)
            #expect(wrong.errors.contains("outcomes are"))
            #expect(await server.run("audit", "list", "--all", "--kind", "policy").code == 64)
            #expect(await server.run("audit", "list", "--kind", "policy,rollback").code == 64)
        }
    }

    @Test func anExportGoesOnWhereItEnded() async throws {
        try await Self.run { server, folder, _ async throws in
            let first = await server.run("audit", "export", "-f", "\(folder.path)/a.ndjson")
            #expect(first.code == 0, "\(first.errors)")
            let place = try #require(first.errors.split(separator: " ").last).trimmingCharacters(in: .newlines)
            _ = await server.run("audit", "hold", "place", "search-1", "--reason", "case 17")
            let second = await server.run("audit", "export", "--after", place)
            #expect(second.output.split(separator: "\n").count == 1)
            #expect(second.output.contains("\"kind\":\"hold\""))
            let whole = await server.run("audit", "export")
            let file = try String(contentsOfFile: "\(folder.path)/a.ndjson", encoding: .utf8)
            #expect(whole.output == file + second.output)
            let csv = await server.run("audit", "export", "--format", "csv", "--kind", "release")
            #expect(csv.output.components(separatedBy: "\r\n").count == 5, "a heading, three releases, and the end")
            #expect(await server.run("audit", "export", "-f", "/nonexistent/x").errors.contains("cannot be written"))
        }
    }

    @Test func aSampleCanBeDrawnAgain() async throws {
        try await Self.run { server, _, _ async throws in
            let period = ["--from", "2020-01-01", "--to", "2100-01-01"]
            func population(_ more: String...) async -> (code: Int32, output: String, errors: String) {
                let console = Console.buffer()
                let environment = ["TIDEGATE_SERVER": server.url, "TIDEGATE_TOKEN": server.token, "HOME": "/nonexistent"]
                let code = await Invocation(console: console, environment: environment).run(["audit", "population"] + period + more)
                return (code, console.written, console.complaints)
            }
            let whole = try JSONValue(parsing: (await population("-o", "json")).output.utf8)
            let changes = try #require(whole["changes"]?.array)
            #expect(changes.count == 6, "a policy, a target, three releases and a token")
            func places(_ seed: String) async throws -> [Double] {
                let drawn = try JSONValue(parsing: (await population("--sample", "3", "--seed", seed, "-o", "json")).output.utf8)
                return (drawn["changes"]?.array ?? []).compactMap { $0["entry"]?["position"]?.number }
            }
            let drawn = try await places("7")
            #expect(drawn.count == 3)
            #expect(try await places("7") == drawn)
            var others = Set<[Double]>()
            for seed in 1...12 { others.insert(try await places("\(seed)")) }
            #expect(others.count > 3, "other seeds draw other samples")
            let table = await population("--sample", "2")
            #expect(table.output.contains("a sample of 2 of 6 changes, drawn with seed 1"), "\(table.output)")
            #expect(table.output.contains("COULD APPROVE"))
            #expect(table.code == 0, "\(table.errors)")
        }
    }

    @Test func holdsAndRetention() async throws {
        try await Self.run { server, _, release async throws in
            #expect(await server.run("audit", "hold", "list").output == "no release is under a legal hold\n")
            #expect(await server.run("audit", "hold", "place", release, "--reason", "case 17").code == 0)
            #expect(await server.run("audit", "hold", "list").output.contains("case 17"))
            #expect(await server.run("audit", "retention").output.contains("kept for 13 months"))
            let set = await server.run("audit", "retention", "set", "--evidence-months", "24", "--reason", "contract")
            #expect(set.output.contains("kept for 24 months"), "\(set.errors)")
            #expect(set.output.contains("1 releases are under a legal hold"))
            #expect(await server.run("audit", "hold", "lift", release, "--reason", "closed").code == 0)
            #expect(await server.run("audit", "hold", "lift", release, "--reason", "closed").code == 1)
        }
    }

    @Test func aDecisionIsReplayedFromTheServerAndFromABundle() async throws {
        try await Self.run { server, folder, release async throws in
            let replayed = await server.run("audit", "replay", "--release", release)
            #expect(replayed.code == 0, "\(replayed.output)\(replayed.errors)")
            #expect(replayed.output == "1 decision: 1 agree exactly, none differs\n")
            let page = try JSONValue(parsing: (await server.run("audit", "list", "-o", "json")).output.utf8)
            let number = Int(page["items"]?.array?.first?["id"]?.number ?? 0)
            #expect(await server.run("audit", "replay", "\(number)").output == replayed.output)
            #expect(await server.run("audit", "replay", "--kind", "start").output == replayed.output)
            #expect(await server.run("audit", "replay", "--kind", "rollback").output == "no decisions\n")

            let path = "\(folder.path)/b.zip"
            let written = await server.run("audit", "bundle", release, "-f", path)
            #expect(written.code == 0, "\(written.errors)")
            #expect(await server.run("audit", "replay", "--bundle", path).output == replayed.output)
            try Self.checkBundle(path, release: release)
            try Self.forge(path, to: "\(folder.path)/c.zip", folder: folder.path)
            let forged = await server.run("audit", "replay", "--bundle", "\(folder.path)/c.zip")
            #expect(forged.code == 1)
            #expect(forged.output.contains("first difference: decision \(number) of \(release)"), "\(forged.output)")
            #expect(forged.output.contains("all was well"))
            #expect(await server.run("audit", "replay", "--bundle", "\(folder.path)/absent.zip").code == 1)
        }
    }

    /// Every file is named in the manifest with its digest, and the report stands alone.
    private static func checkBundle(_ path: String, release: ReleaseID) throws {
        let reader = try ZipReader(path: path)
        let names = reader.names
        for name in [BundleLayout.readme, BundleLayout.report, BundleLayout.entries, BundleLayout.policySource, BundleLayout.access] {
            #expect(names.contains(name), "\(name)")
        }
        let manifest = try JSONValue(parsing: try #require(try reader.read(BundleLayout.manifest, maximumBytes: 1 << 20)))
        let files = try #require(manifest["files"]?.array)
        #expect(files.count == names.count - 1)
        for file in files {
            let name = try #require(file["name"]?.string)
            let bytes = try #require(try reader.read(name, maximumBytes: 1 << 24))
            #expect(file["sha256"]?.string == SHA256Digest(of: bytes).hex, "\(name)")
        }
        #expect(names.filter { $0.hasPrefix("evidence/") }.count == 1)
        let report = String(decoding: try #require(try reader.read(BundleLayout.report, maximumBytes: 1 << 20)), as: UTF8.self)
        #expect(report.contains("<svg"))
        #expect(report.contains(release))
        #expect(
            !report.contains("http://") && !report.replacing("src=\"data:", with: "").contains("src="), "it needs nothing from outside")
    }

    /// The same bundle with another reason in the decision.
    private static func forge(_ path: String, to forged: String, folder: String) throws {
        let reader = try ZipReader(path: path)
        let writer = try ZipWriter(path: forged, time: 0)
        for (index, name) in reader.names.enumerated() {
            var bytes = try #require(try reader.read(name, maximumBytes: 1 << 24))
            if name == BundleLayout.entries {
                let text = String(decoding: bytes, as: UTF8.self)
                let reason = try #require(text.firstMatch(of: /"kind":"start".*?"reason":"([^"]*)"/)?.output.1)
                bytes = Array(text.replacing("\"reason\":\"\(reason)\",\"stage\"", with: "\"reason\":\"all was well\",\"stage\"").utf8)
            }
            try Data(bytes).write(to: URL(filePath: "\(folder)/forged-\(index)"))
            try writer.add(name, file: "\(folder)/forged-\(index)")
        }
        try writer.close()
    }
}
