import Foundation
import PluginKit
import ReleaseModel
import Testing

@testable import NginxTraffic

@Suite("Applying a plan to a real nginx") struct ApplyTests {
    @Test func weightsArriveAndAreReadBack() async throws {
        let backends = try Backends(["v41", "v42"])
        let node = try TrafficNode()
        #expect(try await node.read().generation == nil)
        let first = try await node.apply(plan(backends, canary: 0))
        #expect(first.applied, "\(first.reason ?? "")")
        #expect(try await node.get("/", [("x-user-id", "u1")]).revision == "v41")

        let second = try await node.apply(plan(backends, canary: 2500, generation: 2))
        #expect(second.applied, "\(second.reason ?? "")")
        let observed = try await node.read()
        #expect(observed.generation == 2)
        #expect(observed.release == "checkout-1")
        #expect(observed.leaseTerm == 1)
        #expect(observed.weights.map(\.arm) == ["stable", "canary"])
        #expect(observed.weights.map(\.weight.basisPoints) == [7500, 2500])
        #expect(observed.drift == nil)
        let answers = try await node.answers(Array(0..<2000)) { try await $0.get("/", [("x-user-id", "user-\($1)")]) }
        let canary = answers.count { $0.revision == "v42" }
        #expect((400...600).contains(canary), "\(canary) of 2000 went to the canary")
        #expect(answers.allSatisfy { $0.named == $0.revision })
    }

    @Test("a repeat does nothing: no reload, the same workers") func repeatIsNothing() async throws {
        let backends = try Backends(["v41", "v42"])
        let node = try TrafficNode()
        #expect(try await node.apply(plan(backends, canary: 100)).applied)
        let workers = node.nginx.workers
        let written = try FileManager.default.attributesOfItem(atPath: node.nginx.folder.path + "/conf/tidegate/http/checkout.conf")
        for _ in 0..<3 { #expect(try await node.apply(plan(backends, canary: 100)).applied) }
        #expect(node.nginx.workers == workers)
        let now = try FileManager.default.attributesOfItem(atPath: node.nginx.folder.path + "/conf/tidegate/http/checkout.conf")
        #expect(written[.systemFileNumber] as? Int == now[.systemFileNumber] as? Int)
        #expect(try await node.apply(plan(backends, canary: 200, generation: 2)).applied)
        #expect(Set(node.nginx.workers).isDisjoint(with: workers))
    }

    @Test("a plan written while nginx is down is what it starts with") func beforeTheStart() async throws {
        let backends = try Backends(["v41", "v42"])
        let node = try TrafficNode(starts: false)
        let early = try await node.apply(plan(backends, canary: 500))
        #expect(!early.applied)
        #expect(early.reason?.contains("not running") == true)
        await #expect(throws: PluginFailure.self) { try await node.read() }
        try node.nginx.start()
        let workers = node.nginx.workers
        #expect(try await node.apply(plan(backends, canary: 500)).applied)
        #expect(node.nginx.workers == workers)
        #expect(try await node.read().generation == 1)
    }

    @Test("two services in one nginx do not know of each other") func twoServices() async throws {
        let backends = try Backends(["v41", "v42"])
        let node = try TrafficNode(services: ["checkout", "order-api"])
        #expect(try await node.apply(plan(backends, canary: 10_000)).applied)
        let other = plan(backends, canary: 0, generation: 7, release: "order-api-3", service: "order-api", key: #"header["x-user-id"]"#)
        #expect(try await node.apply(other).applied)
        #expect(try await node.read("checkout").weights[arm: "canary"] == .full)
        #expect(try await node.read("order-api").generation == 7)
        #expect(try await node.read("order-api").weights[arm: "canary"] == .zero)
        #expect(try await node.get("/", [("x-user-id", "u")]).revision == "v42")
        #expect(try await node.get("/order-api", [("x-user-id", "u")]).revision == "v41")
        #expect(try await node.apply(plan(backends, canary: 0, generation: 2)).applied)
        #expect(try await node.read("order-api").generation == 7)
        #expect(try await node.read("order-api").drift == nil)
    }

    @Test("a client cannot colour itself; a request gets the colours of its own conditions") func colours() async throws {
        let backends = try Backends(["v41", "v42"])
        let node = try TrafficNode()
        let colors = [ColorRule(tag: "beta", when: #"header["x-beta"] == "1""#), ColorRule(tag: "sh", when: #"cookie.region == "sh""#)]
        #expect(try await node.apply(plan(backends, canary: 1000, colors: colors)).applied)
        #expect(try await node.get("/", [("x-gray-tag", "beta,admin")]).tags == "")
        #expect(try await node.get("/", [("x-gray-tag", "admin"), ("x-beta", "1")]).tags == "beta")
        #expect(try await node.get("/", [("cookie", "region=sh"), ("x-beta", "1")]).tags == "beta,sh")
        // With no canary to lead to, colours are off.
        #expect(try await node.apply(plan(backends, canary: 0, generation: 2, colors: colors)).applied)
        #expect(try await node.get("/", [("x-beta", "1"), ("x-gray-tag", "beta")]).tags == "")
    }

    @Test("two writers at once: both plans are whole, the newer one stays") func twoWriters() async throws {
        let backends = try Backends(["v41", "v42"])
        let node = try TrafficNode()
        let outcomes = try await withThrowingTaskGroup(of: (Int64, ApplyResponse).self) { group in
            for generation in 1...6 {
                group.addTask {
                    (Int64(generation), try await node.apply(plan(backends, canary: generation * 100, generation: Int64(generation))))
                }
            }
            var all: [(Int64, ApplyResponse)] = []
            for try await outcome in group { all.append(outcome) }
            return all
        }
        for (generation, response) in outcomes where !response.applied {
            #expect(response.reason?.contains("older") == true, "generation \(generation): \(response.reason ?? "")")
        }
        let observed = try await node.read()
        #expect(observed.generation == 6)
        #expect(observed.weights[arm: "canary"] == Weight(basisPoints: 600))
        #expect(observed.drift == nil)
    }
}
