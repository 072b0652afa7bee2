import PluginHost
import PluginKit
import ReleaseModel
import Testing

@Suite(.serialized) struct SignalCheckTests {
    /// What a faulty answer makes of the two signals; the order is always the descriptor's.
    @Test(arguments: [
        ("nothing", SignalReading.number(50), SignalReading.bool(false)),
        ("nan", .failed("the plugin computed nan"), .bool(false)),
        ("infinity", .failed("the plugin computed inf"), .bool(false)),
        ("out of range", .failed("the plugin computed 101.0, which is more than the most possible 100.0"), .bool(false)),
        ("wrong kind", .number(50), .failed("the plugin gave a reading of another kind than bool")),
        ("leave out", .number(50), .failed("the plugin left this signal out of its answer")),
        ("repeat", .number(50), .failed("the plugin gave this signal 2 times")),
        ("unknown", .number(50), .bool(false)),
    ])
    func faultySignalsFail(task: String, first: SignalReading, second: SignalReading) async throws {
        let yard = try PluginYard(["TroubleScore"])
        let plugin = try await yard.load("TroubleScore")
        let output = try await plugin.evaluate(request(task)).outputs[0]
        #expect(output.signals.map(\.name) == ["first", "second"])
        #expect(output.signals.map(\.reading) == [first, second])
        #expect(output.sinceMark.isEmpty)
        if task == "unknown" { #expect(yard.log.lines.contains { $0.contains("'third' is not in the descriptor") }) }
        await yard.host.shutDown()
    }

    @Test func aMarkWithoutAnswerFailsEverySignalSinceIt() async throws {
        let yard = try PluginYard(["TroubleScore"])
        let plugin = try await yard.load("TroubleScore")
        let output = try await plugin.evaluate(request(mark: true)).outputs[0]
        #expect(output.sinceMark.map(\.reading.isKnown) == [false, false])
        await yard.host.shutDown()
    }

    @Test(arguments: ["answer garbage", "other release", "big state"])
    func anUnusableAnswerFailsTheReleaseAndKeepsItsState(task: String) async throws {
        let yard = try PluginYard(["TroubleScore"])
        let plugin = try await yard.load("TroubleScore")
        var request = request(task, releases: ["r-1", "r-2"])
        request.inputs[1].state = ["kept": true]
        let outputs = try await plugin.evaluate(request).outputs
        #expect(outputs.map(\.release) == ["r-1", "r-2"])
        #expect(outputs.allSatisfy { $0.signals.count == 2 && $0.signals.allSatisfy { !$0.reading.isKnown } })
        #expect(outputs[1].state == ["kept": true])
        await yard.host.shutDown()
    }

    @Test func anAnswerBeyondTheLimitFailsTheCallOnly() async throws {
        let yard = try PluginYard(["TroubleScore"])
        let plugin = try await yard.load("TroubleScore")
        let error = await failure { () async throws(ReleaseError) in try await plugin.evaluate(request("big answer")) }
        #expect(error?.code == .pluginFailed)
        #expect(error?.reason.contains("too_large") ?? false)
        #expect(plugin.restarts == 0)
        await yard.host.shutDown()
    }

    @Test func aFailedCallFailsEverySignal() {
        let descriptor = PluginDescriptor(
            name: "X", alias: "x", kind: .scoring, version: "1", summary: "",
            signals: [SignalDescriptor(name: "a", kind: .bool, worse: .true, summary: "")])
        #expect(descriptor.failedSignals("why") == [Signal(name: "a", reading: .failed("why"))])
    }
}
