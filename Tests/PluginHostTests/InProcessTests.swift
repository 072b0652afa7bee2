import Foundation
import PluginHost
import PluginKit
import ReleaseModel
import Testing

@Suite(.serialized) struct InProcessTests {
    @Test func aTrustedPluginRunsInThisProcessAndIsCalledNotIsolated() async throws {
        let yard = try PluginYard(["EchoScore"])
        let plugin = try await yard.load("EchoScore", trusted: true)
        #expect(plugin.isolation == PluginIsolation.none)
        #expect(plugin.processIdentifier == nil)
        #expect(yard.host.listing[0].isolation == "not isolated")
        #expect(try await plugin.evaluate(request(echo: [4, 6])).outputs[0].signals[0].reading == .number(5))
        await yard.host.shutDown()
        #expect(await failure { () async throws(ReleaseError) in try await plugin.evaluate(request()) }?.code == .unavailable)
    }

    @Test func errorsAndDeadlinesHoldInThisProcessToo() async throws {
        let yard = try PluginYard(["TroubleScore"])
        let plugin = try await yard.load("TroubleScore", trusted: true)
        #expect(await failure { () async throws(ReleaseError) in try await plugin.evaluate(request("throw")) }?.code == .pluginFailed)
        #expect(try await plugin.evaluate(request("nan")).outputs[0].signals[0].reading == .failed("the plugin computed nan"))
        // Last, because what stalls here never ends: it keeps a thread of this process.
        let stalled = await failure { () async throws(ReleaseError) in
            try await plugin.evaluate(request("stall"), within: .milliseconds(200))
        }
        #expect(stalled?.code == .timedOut)
        let behind = await failure { () async throws(ReleaseError) in try await plugin.evaluate(request(), within: .milliseconds(200)) }
        #expect(behind?.code == .timedOut)
        await yard.host.shutDown()
    }

    @Test func aPinHoldsForTrustedPluginsToo() async throws {
        let yard = try PluginYard(["WrongVersion", "EchoScore"])
        var pins = try yard.pins(trusted: true)
        pins[0].sha256 = pins[1].sha256
        await yard.host.load(pins)
        #expect(throws: ReleaseError(.forbidden, "")) { try yard.host.plugin("EchoScore") }
        #expect(throws: ReleaseError(.versionMismatch, "")) { try yard.host.plugin("WrongVersion") }
        await yard.host.shutDown()
    }

    @Test func theRoutingPathRunsInThisProcess() async throws {
        let yard = try PluginYard(["EchoTable", "EchoScore"])
        let plugin = try await yard.load("EchoTable")
        #expect(yard.host.listing[1].isolation == "child process")
        let router = try plugin.router(for: samplePlan())
        #expect(yard.host.listing[1].isolation == "child process; routing path not isolated")
        func get(_ path: String, _ headers: [RoutedRequest.Header] = []) throws -> RouteAssignment {
            try router.route(
                RoutedRequest(method: "GET", path: path, host: "h", scheme: "http", clientAddress: "127.0.0.1", headers: headers))
        }
        #expect(try get("/test") == RouteAssignment(arm: 1, rule: 0))
        #expect(try get("/other") == RouteAssignment(arm: 0, bucket: 0, colors: 5))
        #expect(try get("/other", [.init(name: "X-Arm", value: "99")]).arm == nil, "an arm outside of the plan is none")
        #expect(throws: ReleaseError(.limitExceeded, "")) {
            try get("/", Array(repeating: .init(name: "a", value: "b"), count: RoutedRequest.maximumHeaders + 1))
        }
        var broken = samplePlan()
        broken.routing.rules[0].when = "nonsense"
        let error = #expect(throws: ReleaseError.self) { try plugin.router(for: broken) }
        #expect(error?.reason == "rule 'tests' is not of the form path=/x (bad_rule)")
        #expect(throws: ReleaseError(.invalidInput, "")) { try yard.host.plugin("EchoScore").router(for: samplePlan()) }
        await yard.host.shutDown()
    }
}
