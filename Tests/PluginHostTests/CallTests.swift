import Foundation
import PluginHost
import PluginKit
import ReleaseModel
import Testing

@Suite(.serialized) struct CallTests {
    @Test func aPluginInAChildProcessAnswers() async throws {
        let yard = try PluginYard(["EchoScore"])
        let plugin = try await yard.load("echo")
        #expect(plugin.name == "EchoScore")
        #expect(plugin.version == "1.2.3")
        #expect(plugin.isolation == .childProcess)
        #expect(plugin.state == .running)
        let pid = try #require(plugin.processIdentifier)
        #expect(pid != ProcessInfo.processInfo.processIdentifier)
        let response = try await plugin.evaluate(request(releases: ["a-1", "b-1"], echo: [10, 30], mark: true))
        #expect(response.outputs.map(\.release) == ["a-1", "b-1"])
        #expect(response.outputs[0].signals.map(\.name) == ["echo", "echo.seen", "echo.silent"])
        #expect(response.outputs[0].signals.map(\.reading) == [.number(20), .number(2), .bool(false)])
        #expect(response.outputs[0].sinceMark.map(\.reading) == [.number(20), .number(2), .bool(false)])
        #expect(response.outputs[0].state == ["seen": 2])
        await yard.host.shutDown()
        #expect(!isAlive(pid))
        #expect(await failure { () async throws(ReleaseError) in try await plugin.evaluate(request()) }?.code == .unavailable)
    }

    @Test func sixtyFourCallsAtOnceAllGetTheirOwnAnswer() async throws {
        let yard = try PluginYard(["EchoScore"])
        let plugin = try await yard.load("EchoScore")
        let answers = try await withThrowingTaskGroup(of: (Int, SignalReading).self) { group in
            for number in 0..<64 {
                group.addTask {
                    let response = try await plugin.evaluate(request(releases: ["r-\(number)"], echo: [Double(number)]))
                    return (number, response.outputs[0].signals[0].reading)
                }
            }
            return try await group.reduce(into: [Int: SignalReading]()) { $0[$1.0] = $1.1 }
        }
        #expect(answers.count == 64)
        for (number, reading) in answers { #expect(reading == .number(Double(number))) }
        #expect(plugin.restarts == 0)
        await yard.host.shutDown()
    }

    @Test func everyKindOfPluginIsAskedByItsOwnMessages() async throws {
        let yard = try PluginYard(["EchoTable", "EchoPlane", "EchoMetrics"])
        await yard.host.load(try yard.pins())
        let plan = samplePlan()
        let table = try yard.host.plugin("echo-table")
        #expect(try await table.table(TableRequest(plan: plan)).plan == plan)
        let plane = try yard.host.plugin("echo-plane")
        let node = TargetNode(name: "edge", configuration: ["path": "/x"])
        let applied = try await plane.apply(ApplyRequest(node: node, plan: plan))
        #expect(applied.applied)
        #expect(applied.observed.weights[arm: Arm.canary] == Weight(basisPoints: 2500))
        #expect(try await plane.read(ReadRequest(node: node, service: "s")).observed.weights.isEmpty)
        let nowhere = ReadRequest(node: TargetNode(name: "nowhere", configuration: [:]), service: "s")
        let refusal = await failure { () async throws(ReleaseError) in try await plane.read(nowhere) }
        #expect(refusal?.code == .pluginFailed)
        #expect(refusal?.reason == "node nowhere has no path (bad_node)")
        // A plugin of one kind does not answer for another.
        #expect(await failure { () async throws(ReleaseError) in try await plane.evaluate(request()) }?.code == .pluginFailed)
        #expect(plane.state == .running)
        await yard.host.shutDown()
    }

    @Test func impossibleSamplesAreLeftOutAndSaid() async throws {
        let yard = try PluginYard(["EchoMetrics"])
        let plugin = try await yard.load("EchoMetrics")
        let subject = CollectSubject(
            release: "r-1", service: "s", arms: [Arm(name: Arm.canary, revision: "v", weight: .zero)], state: nil)
        let request = CollectRequest(configuration: [:], windowEnd: Timestamp(microseconds: 5), subjects: [subject])
        let result = try await plugin.collect(request).results[0]
        #expect(result.samples.map(\.value) == [.gauge(1)])
        #expect(result.problem == "2 samples were impossible and left out")
        await yard.host.shutDown()
    }

    @Test func aRoutingPluginCannotMoveWeights() async throws {
        let yard = try PluginYard(["GreedyTable"])
        let plugin = try await yard.load("GreedyTable")
        let error = await failure { () async throws(ReleaseError) in try await plugin.table(TableRequest(plan: samplePlan())) }
        #expect(error?.code == .pluginFailed)
        #expect(error?.reason == "it changed the arms of the plan or their weights")
        await yard.host.shutDown()
    }

    @Test func largeMessagesPassBothWays() async throws {
        let yard = try PluginYard(["EchoScore"])
        let plugin = try await yard.load("EchoScore")
        let echo = (0..<4_000).map(Double.init)
        let response = try await plugin.evaluate(request(echo: echo), within: .seconds(60))
        #expect(response.outputs[0].signals[1].reading == .number(4_000))
        #expect(response.outputs[0].signals[0].evidence["values"]?.array?.count == 4_000)
        await yard.host.shutDown()
    }

    @Test func tooManyCallsAreRefusedAndNotPiledUp() async throws {
        var limits = PluginLimits()
        limits.queuedCalls = 2
        let yard = try PluginYard(["TroubleScore"], limits: limits)
        let plugin = try await yard.load("TroubleScore")
        let results = await withTaskGroup(of: ReleaseError.Code?.self) { group in
            for _ in 0..<8 {
                group.addTask {
                    do throws(ReleaseError) {
                        _ = try await plugin.evaluate(request("stall"), within: .milliseconds(400))
                        return nil
                    } catch {
                        return error.code
                    }
                }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(results.count == 8)
        #expect(results.allSatisfy { $0 == .timedOut || $0 == .limitExceeded || $0 == .pluginFailed })
        #expect(results.filter { $0 == .limitExceeded }.count >= 4)
        await yard.host.shutDown()
    }
}

func samplePlan() -> TrafficPlan {
    TrafficPlan(
        release: "r-1", service: "s", generation: 3, leaseTerm: 2, salt: "salt",
        routing: RoutingPolicy(
            plugin: "", coloring: "", key: "", tagHeader: "", colors: [],
            rules: [RoutingRule(name: "tests", when: "path=/test", to: Arm.canary)]),
        arms: [
            TrafficArm(name: Arm.stable, revision: "v1", weight: Weight(basisPoints: 7500), servers: []),
            TrafficArm(name: Arm.canary, revision: "v2", weight: Weight(basisPoints: 2500), servers: []),
        ])
}
