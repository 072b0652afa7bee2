import Foundation
import Testing

@testable import tidegate

/// `policy test`, `simulate`, `backtest` and `import`, on the real plugins beside this program.
@Suite struct PolicyTrialTests {
    static func run(_ arguments: [String]) async -> (code: Int32, output: String, errors: String) {
        let console = Console.buffer()
        let code = await Invocation(console: console, environment: ["HOME": "/nonexistent"]).run(["policy"] + arguments)
        return (code, console.written, console.complaints)
    }

    /// A folder with these files for as long as `body` runs.
    static func withFolder<Value>(_ files: [String: String], _ body: (String) async throws -> Value) async throws -> Value {
        let folder = "/tmp/tidegate-trial-\(UUID().uuidString.prefix(13))"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        for (name, text) in files { try Data(text.utf8).write(to: URL(filePath: "\(folder)/\(name)")) }
        return try await body(folder)
    }

    static let policy = """
        apiVersion: tidegate/v1
        kind: RolloutPolicy
        metadata: {name: short}
        spec:
          metrics: {plugin: prometheus, url: "http://127.0.0.1:9090", every: 10s, lag: 0s}
          logs: none
          stages: [{weight: 10%, for: 30s}, {weight: 50%, for: 30s}]
          warmUp: 0s
          bake: 10s
          health: {required: [errors], bursts: absent}    # half a minute is too short to tell bursts from a fault
          tree:
            - {name: canary is worse, if: errors.guilty, then: rollback}
            - {name: all good, then: advance}

        """

    static let script = """
        policy short
        start stable=v1 canary=v2
        load 10s
          requests{version="v1"} 0+900x30
          requests{version="v2"} 0+100x30
          errors{version="v1"}   0+1x30
          errors{version="v2"}   0+1x3 43+40x20
        run to 2m
        state at 2m rolledBack
        decision at 30s advance weight 10% -> 50%
        log verify ok

        """

    @Test func aScriptRunsAgainstTheRealPlugin() async throws {
        try await Self.withFolder(["short.yaml": Self.policy, "a.rollout": Self.script]) { folder in
            let result = await Self.run(["test", folder])
            #expect(result.code == 0, "\(result)")
            #expect(result.output.contains("1 of 1 scripts hold"))
        }
    }

    @Test func aFailureShowsItsLineWhatWasThereAndTheHistory() async throws {
        let wrong = Self.script.replacing("10% -> 50%", with: "10% -> 60%")
        try await Self.withFolder(["short.yaml": Self.policy, "a.rollout": wrong, "b.rollout": Self.script]) { folder in
            let result = await Self.run(["test", folder])
            #expect(result.code == 1)
            #expect(result.output.contains("\(folder)/a.rollout:10: expected decision at 30s advance weight 10% -> 60%"))
            #expect(result.output.contains("got: decision at 30s advance weight 10% -> 50% because \"all good\""))
            #expect(result.output.contains("effect at 0s setWeight 10% ok"))
            #expect(result.output.contains("1 of 2 scripts hold, 1 failed"))
            let json = await Self.run(["test", "\(folder)/a.rollout", "-o", "json"])
            #expect(json.code == 1 && json.output.contains("\"line\" : 10") && json.output.contains("\"holds\" : false"))
        }
    }

    @Test(arguments: [
        ("policy nowhere\nstart\nrun to 1m\nstate at 1m promoted\n", "there is no policy 'nowhere'"),
        ("policy short\nnonsense\n", "a.rollout:2: 'nonsense' begins no line"),
        ("policy short\nstart\nrun to 1m\n", "expects nothing"),
    ])
    func aScriptThatCannotBeRunExitsTwo(script: String, reason: String) async throws {
        try await Self.withFolder(["short.yaml": Self.policy, "a.rollout": script]) { folder in
            let result = await Self.run(["test", "\(folder)/a.rollout"])
            #expect(result.code == 2)
            #expect(result.output.contains(reason), "\(result.output)")
        }
    }

    @Test func aSimulationTellsOfEndsDelaysAndBadRequests() async throws {
        try await Self.withFolder(["short.yaml": Self.policy]) { folder in
            let file = "\(folder)/short.yaml"
            let arguments = ["simulate", file, "--scenario", "healthy", "--scenario", "errors", "--runs", "2", "--svg", "\(folder)/x.svg"]
            let result = await Self.run(arguments)
            #expect(result.code == 0, "\(result)")
            #expect(result.output.contains("healthy") && result.output.contains("canary is worse (2)"))
            let picture = try String(contentsOfFile: "\(folder)/x.svg", encoding: .utf8)
            #expect(picture.hasPrefix("<svg") && picture.contains("bad requests"))
            #expect(await Self.run(arguments).output == result.output, "the same seed gives the same table")
            #expect(await Self.run(["simulate", file, "--scenario", "nothing"]).code == 64)
        }
    }

    /// Under the shipped policies the scenario shows what a burst of new exceptions leads to.
    @Test(arguments: ["default", "classic"]) func exceptionsAndABreachMeetInTheLogsScenario(policy: String) async throws {
        try await Self.withFolder(["policy.yaml": try ShippedPolicy.text(named: policy)]) { folder in
            let result = await Self.run(["simulate", "\(folder)/policy.yaml", "--scenario", "logs", "--runs", "5"])
            #expect(result.code == 0, "\(result)")
            #expect(result.output.contains(/slo and logs agree \([345]\)/), "\(result.output)")
        }
    }

    @Test func anImportWritesPoliciesAndSaysWhatHasNoEqual() async throws {
        let manifest = """
            apiVersion: flagger.app/v1beta1
            kind: Canary
            metadata: {name: shop}
            spec:
              analysis:
                interval: 1m
                threshold: 3
                stepWeight: 50
                maxWeight: 50
                mirror: true
                metrics: [{name: request-success-rate, thresholdRange: {min: 99}, interval: 1m}]
            """
        try await Self.withFolder(["canary.yaml": manifest, "other.yaml": "kind: ["]) { folder in
            let result = await Self.run(["import", "flagger", "\(folder)/canary.yaml"])
            #expect(result.code == 0, "\(result)")
            #expect(result.output.contains("metadata: {name: shop}") && result.output.contains("atLeast: 99"))
            #expect(result.errors.contains("canary.yaml:10: no equal spec.analysis.mirror: traffic is not mirrored"))
            #expect(result.errors.contains("of 8 fields about releases carried over"))
            let both = await Self.run(["import", "flagger", folder, "--to", "\(folder)/out"])
            #expect(both.code == 1, "a file that cannot be read")
            #expect(both.output.contains("cannot be read: line 2"))
            #expect(FileManager.default.fileExists(atPath: "\(folder)/out/shop.yaml"))
            #expect(
                await Self.run(["import", "flagger", "\(folder)/canary.yaml", "--to", "\(folder)/out"]).errors.contains("there already"))
        }
    }

    /// A file that is no text is told in its line of the report, and the others are imported.
    @Test func anUnreadableFileDoesNotStopAnImport() async throws {
        let manifest =
            "apiVersion: flagger.app/v1beta1\nkind: Canary\nmetadata: {name: shop}\nspec: {analysis: {interval: 1m, stepWeight: 50}}\n"
        try await Self.withFolder(["canary.yaml": manifest, "nothing.yaml": ""]) { folder in
            try Data([0xFF, 0xFE, 0x00]).write(to: URL(fileURLWithPath: "\(folder)/binary.yaml"))
            let result = await Self.run(["import", "flagger", folder, "--to", "\(folder)/out"])
            #expect(result.code == 1)
            #expect(result.output.contains("cannot be read: the file is not UTF-8 text"), "\(result)")
            #expect(FileManager.default.fileExists(atPath: "\(folder)/out/shop.yaml"))
            let none = await Self.run(["import", "argo", "\(folder)/nothing.yaml"])
            #expect(none.errors.contains("nothing was imported: the files hold no manifest of this format"), "\(none)")
        }
    }

    @Test func aBacktestNeedsToKnowOfWhat() async throws {
        try await Self.withFolder(["short.yaml": Self.policy, "x.json": "[]"]) { folder in
            #expect(await Self.run(["backtest", "\(folder)/short.yaml"]).code == 64)
            let empty = await Self.run(["backtest", "\(folder)/short.yaml", "--bundle", "\(folder)/x.json"])
            #expect(empty.code == 0 && empty.output == "no releases\n")
            let broken = await Self.run(["backtest", "\(folder)/short.yaml", "--bundle", "\(folder)/short.yaml"])
            #expect(broken.code == 1 && broken.errors.contains("these are no recordings"))
        }
    }
}
