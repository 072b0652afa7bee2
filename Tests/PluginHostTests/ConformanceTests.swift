import Foundation
import PluginHost
import ReleaseModel
import Testing

@Suite(.serialized) struct ConformanceTests {
    @Test(arguments: ["EchoTable", "EchoPlane", "EchoMetrics", "MemoryRatio"])
    func aGoodPluginKeepsEveryPromise(name: String) async throws {
        let yard = try PluginYard([name])
        let report = try await PluginConformance.run(yard.path(name), host: yard.host)
        #expect(report.name == name)
        #expect(report.passed, "\(report.checks.filter { !$0.passed }) of \(name)")
        #expect(report.checks.count >= 6)
    }

    /// Without data EchoScore still says that it has seen none and that all is silent: known, and each the worst that there is.
    @Test func aGoodScoringPluginKeepsEveryPromise() async throws {
        let yard = try PluginYard(["EchoScore"])
        let report = try await PluginConformance.run(yard.path("EchoScore"), host: yard.host)
        #expect(report.passed, "\(report.checks.filter { !$0.passed })")
        #expect(report.checks.contains { $0.name == "no data is never healthy" })
        #expect(report.checks.contains { $0.name == "the same input gives the same bytes" })
    }

    @Test(arguments: [
        ("TroubleScore", "no data is never healthy"),
        ("GreedyTable", "a plan keeps its arms and weights"),
        ("GarbageAnswer", "garbage is answered with an error (evaluate)"),
        ("SoundInC", "the same input gives the same bytes"),
    ])
    func aBrokenPromiseIsSeen(name: String, promise: String) async throws {
        let yard = try PluginYard([name])
        let report = try await PluginConformance.run(yard.path(name), host: yard.host)
        #expect(!report.passed)
        #expect(report.checks.first { $0.name == promise }?.passed == false, "\(report.checks)")
    }

    @Test func whatCannotBeLoadedIsAnError() async throws {
        let yard = try PluginYard(["WrongSize"])
        await #expect(throws: ReleaseError(.versionMismatch, "")) {
            try await PluginConformance.run(yard.path("WrongSize"), host: yard.host)
        }
    }

    /// The guide shows a plugin that really is one: the test plugin of that name, word for word.
    @Test func theGuideShowsATestedPlugin() throws {
        let tests = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        let guide = try String(
            contentsOf: tests.deletingLastPathComponent().appendingPathComponent("docs/plugin-guide.md"), encoding: .utf8)
        let plugin = try String(contentsOf: tests.appendingPathComponent("TestPlugins/FixturePlugins/MemoryRatio.swift"), encoding: .utf8)
        #expect(guide.contains("```swift\n" + plugin + "```"))
    }

    /// The plugins of the shipped set that this build has made.
    @Test func theShippedPluginsKeepTheirPromises() async throws {
        let host = PluginHost(folder: PluginYard.products, logger: try PluginYard().logger)
        for file in try host.find() {
            let report = try await PluginConformance.run(file.path, host: host)
            #expect(report.passed, "\(file.name): \(report.checks.filter { !$0.passed })")
        }
    }
}
