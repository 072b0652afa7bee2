import Foundation
import PluginKit
import ReleaseModel
import Testing

@testable import NginxTraffic

@Suite("Retreating to weight 0") struct RetreatTests {
    static let rules = [
        RoutingRule(name: "testers", when: #"header["x-canary"] == "true""#, to: "canary"),
        RoutingRule(name: "beta", when: #"tagged("beta")"#, to: "canary"),
    ]
    static let colors = [ColorRule(tag: "beta", when: #"header["x-beta"] == "1""#)]

    @Test("10,000 fresh requests and every kept-alive connection leave the canary alone") func nothingReachesTheCanary() async throws {
        let backends = try Backends(["v41", "v42"])
        let node = try TrafficNode(workers: 2, connections: 32)
        #expect(try await node.apply(plan(backends, canary: 5000, colors: Self.colors, rules: Self.rules)).applied)
        // Connections that live through the retreat.
        let before = try await node.answers(Array(0..<640), width: 32) { try await $0.get("/", [("x-user-id", "user-\($1)")]) }
        #expect(before.contains { $0.revision == "v42" })
        #expect(backends.count("v42") > 100)

        let retreat = try await node.apply(plan(backends, canary: 0, generation: 2, colors: Self.colors, rules: Self.rules))
        #expect(retreat.applied, "\(retreat.reason ?? "")")
        #expect(try await eventually { try await !node.read().draining })
        let reached = backends.count("v42")
        let headers: [[(String, String)]] = [
            [("x-canary", "true")], [("x-beta", "1")], [("x-gray-tag", "beta")], [("x-user-id", "user-7")], [],
        ]
        let kept = try await node.answers(Array(0..<2000), width: 32) {
            try await $0.get("/", headers[$1 % 5] + [("x-user-id", "user-\($1)")])
        }
        let fresh = try await node.answers(Array(0..<10_000), width: 32) {
            try await $0.get("/", headers[$1 % 5] + [("x-user-id", "user-\($1)")], fresh: true)
        }
        #expect((kept + fresh).allSatisfy { $0.status == 200 && $0.revision == "v41" && $0.tags == "" })
        #expect(backends.count("v42") == reached)
        // The canary's servers are not even known any more.
        #expect(node.file("http/checkout.conf")?.contains("tidegate_checkout_canary") == false)
        #expect(node.file("http/checkout.conf")?.contains(":\(backends.ports["v42"]!)") == false)
    }

    @Test("an old worker that still serves is reported as draining, and is bounded") func draining() async throws {
        let backends = try Backends(["v41", "v42"])
        let slow = try freePort()
        // A request that lasts: the answer is metered out to a hundred bytes a second.
        let http = """
            server { listen 127.0.0.1:\(slow); location / { limit_rate 100; return 200 "\(String(repeating: "x", count: 3000))"; } }
            """
        let node = try TrafficNode(main: "worker_shutdown_timeout 2s;", http: http)
        #expect(try await node.apply(plan(backends, canary: 100)).applied)
        let lasting = try await blocking { try LastingRequest(port: slow) }
        let response = try await node.apply(plan(backends, canary: 0, generation: 2))
        #expect(response.applied, "\(response.reason ?? "")")
        #expect(response.observed.draining)
        #expect(response.observed.generation == 2)
        #expect(try await eventually { try await !node.read().draining })
        withExtendedLifetime(lasting) {}
    }
}
