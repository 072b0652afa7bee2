import Foundation
import Glibc
import Hashing
import PluginHost
import PluginKit
import ReleaseModel
import Testing

@Suite(.serialized) struct LoadingTests {
    @Test func onlyFilesThatExportThePluginOfTheirNameAreFound() async throws {
        let yard = try PluginYard(["EchoScore", "SoundInC"])
        try FileManager.default.copyItem(atPath: yard.path("EchoScore"), toPath: yard.path("SomethingElse"))
        try Data("not an object file".utf8).write(to: URL(fileURLWithPath: yard.path("Text")))
        try FileManager.default.createSymbolicLink(atPath: yard.path("EchoTable"), withDestinationPath: yard.path("EchoScore"))
        let files = try yard.host.find()
        #expect(files.map(\.name) == ["EchoScore", "EchoTable", "SoundInC"])
        #expect(files[1].path == files[0].path, "symbolic links are resolved")
        #expect(files[0].sha256 == SHA256Digest(of: try Data(contentsOf: URL(fileURLWithPath: yard.path("EchoScore")))))
    }

    @Test func anotherContentThanPinnedIsRefusedWithBothDigests() async throws {
        let yard = try PluginYard(["EchoScore", "EchoTable"])
        var pins = try yard.pins()
        let real = pins[0].sha256
        pins[0].sha256 = SHA256Digest(of: "something else")
        let listing = await yard.host.load(pins)
        let error = #expect(throws: ReleaseError.self) { try yard.host.plugin("EchoScore") }
        #expect(error?.code == .forbidden)
        #expect(error?.reason.contains(real.hex) ?? false)
        #expect(error?.reason.contains(pins[0].sha256.hex) ?? false)
        #expect(error?.advice?.contains("tidegate plugin pin '\(yard.path("EchoScore"))'") ?? false)
        #expect(listing.map(\.name) == ["EchoScore", "EchoTable"])
        #expect(listing.map(\.state) == ["failed", "running"], "one refused plugin does not hinder another")
        #expect(try yard.host.plugin("EchoTable").state == .running)
        await yard.host.shutDown()
    }

    @Test func aFileThatChangesUnderARunningPluginIsRefusedAtTheRestart() async throws {
        let yard = try PluginYard(["EchoScore"])
        let plugin = try await yard.load("EchoScore")
        try FileManager.default.removeItem(atPath: yard.path("EchoScore"))
        try (Data(contentsOf: URL(fileURLWithPath: PluginYard.library(of: "EchoScore"))) + Data([0]))
            .write(to: URL(fileURLWithPath: yard.path("EchoScore")))
        #expect(try await plugin.evaluate(request(echo: [1])).outputs[0].signals[0].reading == .number(1), "what runs goes on")
        kill(try #require(plugin.processIdentifier), SIGKILL)
        try await eventually("the changed file was loaded") { if case .failed = plugin.state { true } else { false } }
        let error = await failure { () async throws(ReleaseError) in try await plugin.evaluate(request()) }
        #expect(error?.code == .forbidden)
        // Pinned anew it comes back.
        let again = try await yard.load("EchoScore")
        #expect(again !== plugin)
        #expect(try await again.evaluate(request(echo: [2])).outputs[0].signals[0].reading == .number(2))
        await yard.host.shutDown()
    }

    @Test(arguments: [
        ("WrongVersion", ReleaseError.Code.versionMismatch, "version 99 of the plugin boundary"),
        ("WrongSize", .versionMismatch, "its table has 8 bytes"),
        ("WrongName", .pluginFailed, "it calls itself SoundInC, its file WrongName"),
        ("NoTable", .pluginFailed, "returned nothing"),
        ("CrashAtLoad", .pluginFailed, "signal 6"),
        ("StallAtLoad", .timedOut, "did not start within"),
        ("Undescribed", .pluginFailed, "its descriptor cannot be read"),
    ])
    func whatDoesNotKeepToTheBoundaryIsNotLoaded(name: String, code: ReleaseError.Code, reason: String) async throws {
        var limits = PluginLimits()
        limits.start = name == "StallAtLoad" ? .seconds(1) : .seconds(20)
        let yard = try PluginYard([name, "EchoScore"], limits: limits)
        await yard.host.load(try yard.pins())
        let error = #expect(throws: ReleaseError.self) { try yard.host.plugin(name) }
        #expect(error?.code == code)
        #expect(error?.reason.contains(reason) ?? false, "\(String(describing: error))")
        #expect(yard.host.plugins.map(\.name) == ["EchoScore"] || name == "StallAtLoad")
        await yard.host.shutDown()
    }

    @Test(arguments: [
        ("GarbageAnswer", "its answer is no EvaluateResponse"),
        ("DeepAnswer", "its answer is no EvaluateResponse"),
        ("OversizeAnswer", "its answer has 1099511627776 bytes"),
        ("StrangeStatus", "it returned the unknown status 4711"),
    ])
    func garbageAnswersAreErrorsOfTheCall(name: String, reason: String) async throws {
        let yard = try PluginYard([name])
        let plugin = try await yard.load(name)
        let error = await failure { () async throws(ReleaseError) in try await plugin.evaluate(request()) }
        #expect(error?.code == .pluginFailed)
        #expect(error?.reason.contains(reason) ?? false, "\(String(describing: error))")
        #expect(plugin.state == .running)
        await yard.host.shutDown()
    }

    @Test func everybodysFilesAndFoldersAreRefused() async throws {
        let yard = try PluginYard(["EchoScore", "EchoTable"])
        let pins = try yard.pins()
        try FileManager.default.setAttributes([.posixPermissions: 0o757], ofItemAtPath: yard.path("EchoTable"))
        #expect(try yard.host.find().map(\.name) == ["EchoScore"])
        await yard.host.load(pins)
        let error = #expect(throws: ReleaseError.self) { try yard.host.plugin("EchoTable") }
        #expect(error?.code == .forbidden)
        #expect(error?.advice == "chmod o-w '\(yard.path("EchoTable"))'")
        #expect(throws: Never.self) { try yard.host.plugin("EchoScore") }
        try FileManager.default.setAttributes([.posixPermissions: 0o777], ofItemAtPath: yard.folder)
        #expect(throws: ReleaseError(.forbidden, "")) { try yard.host.find() }
        await yard.host.load(pins)
        #expect(throws: ReleaseError(.forbidden, "")) { try yard.host.plugin("EchoScore") }
        // A sticky folder above is what /tmp is; the folder itself may not be one.
        try FileManager.default.setAttributes([.posixPermissions: 0o1777], ofItemAtPath: yard.folder)
        #expect(throws: ReleaseError(.forbidden, "")) { try yard.host.find() }
        await yard.host.shutDown()
    }

    @Test func whatIsNotThereOrNotPinnedSaysSo() async throws {
        let yard = try PluginYard(["EchoScore", "EchoTable"])
        var pins = try yard.pins().filter { $0.name == "EchoScore" }
        pins.append(PluginPin(name: "Gone", sha256: SHA256Digest(of: ""), version: "1"))
        let listing = await yard.host.load(pins)
        #expect(listing.map(\.name) == ["EchoScore", "EchoTable", "Gone"])
        #expect(listing.map(\.state) == ["running", "not pinned", "not found"])
        #expect(listing[0].isolation == "child process")
        #expect(listing[0].alias == "echo")
        #expect(listing[0].pid != nil)
        #expect(#expect(throws: ReleaseError.self) { try yard.host.plugin("EchoTable") }?.code == .forbidden)
        #expect(#expect(throws: ReleaseError.self) { try yard.host.plugin("Gone") }?.code == .notFound)
        let typo = #expect(throws: ReleaseError.self) { try yard.host.plugin("EchoScor") }
        #expect(typo?.code == .notFound)
        #expect(typo?.reason == "there is no plugin 'EchoScor'; did you mean EchoScore?")
        let missing = PluginHost(folder: "/nonexistent", logger: yard.logger)
        #expect(throws: ReleaseError(.notFound, "")) { try missing.find() }
        await yard.host.shutDown()
    }

    @Test func loadingAgainKeepsWhatIsUnchanged() async throws {
        let yard = try PluginYard(["EchoScore", "EchoTable"])
        let pins = try yard.pins()
        await yard.host.load(pins)
        let score = try yard.host.plugin("EchoScore")
        let table = try yard.host.plugin("EchoTable")
        let pid = try #require(table.processIdentifier)
        await yard.host.load(pins.filter { $0.name == "EchoScore" })
        #expect(try yard.host.plugin("EchoScore") === score)
        #expect(!isAlive(pid), "what is pinned no longer is ended")
        #expect(throws: ReleaseError(.forbidden, "")) { try yard.host.plugin("EchoTable") }
        await yard.host.shutDown()
    }

    @Test func inspectionAsksInAChildOfItsOwn() async throws {
        let yard = try PluginYard(["EchoScore", "WrongVersion"])
        let inspection = try await yard.host.inspect(yard.path("EchoScore"))
        #expect(inspection.descriptor.kind == .scoring)
        #expect(inspection.descriptor.version == "1.2.3")
        #expect(inspection.file.name == "EchoScore")
        #expect(yard.host.plugins.isEmpty)
        await #expect(throws: ReleaseError(.versionMismatch, "")) { try await yard.host.inspect(yard.path("WrongVersion")) }
        await #expect(throws: ReleaseError(.notFound, "")) { try await yard.host.inspect(yard.path("Nothing")) }
    }

    @Test func withoutARunnerNothingStartsAndTheMessageSaysWhatIsMissing() async throws {
        let yard = try PluginYard(["EchoScore"], runner: "/nonexistent/tidegate-plugin-runner")
        await yard.host.load(try yard.pins())
        let error = #expect(throws: ReleaseError.self) { try yard.host.plugin("EchoScore") }
        #expect(error?.code == .unavailable)
        #expect(error?.place == "/nonexistent/tidegate-plugin-runner")
    }
}
