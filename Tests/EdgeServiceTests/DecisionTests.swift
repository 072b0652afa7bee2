import Foundation
import PluginKit
import ReleaseModel
import Routing
import Testing

@testable import EdgeService

/// `GET /decide` says what the routing table says.
@Suite struct DecisionTests {
    static let rules = [
        RoutingRule(
            name: "testers, 100% of them", when: #"header["x-canary"] == "true" and inCIDR(client.address, "10.0.0.0/8")"#, to: "canary"),
        RoutingRule(name: "payments stay", when: #"path:match("^/payments/") ~= nil and host == "shop.example""#, to: "stable"),
    ]

    @Test func oneAnswerHasEverythingOfTheContract() async throws {
        let plan = TrafficPlan.sample(rules: Self.rules, colors: [ColorRule(tag: "user-v2", when: #"header["x-app"] == "2""#)])
        try await EdgeSite.run([plan]) { site in
            let client = try site.client()
            try client.send(decide([("x-canary", "true"), ("x-app", "2"), ("X-User-Id", "ada")], client: "10.1.2.3"))
            let answer = try client.answer()
            #expect(answer.status == 200)
            #expect(answer["x-tidegate-arm"] == "canary")
            #expect(answer["x-tidegate-revision"] == "v42")
            #expect(answer["x-tidegate-rule"] == "testers, 100%25 of them")
            #expect(answer["x-tidegate-bucket"].flatMap { Int($0) }.map { (0..<10_000).contains($0) } == true)
            #expect(answer["x-tidegate-tag"] == "user-v2")
            #expect(answer["x-tidegate-hops"] == "1")
            #expect(answer["x-tidegate-signature"] == nil)
            #expect(answer["x-tidegate-generation"] == "3")
            #expect(answer["connection"] == nil)
            #expect(answer.body.isEmpty)
        }
    }

    /// Many users over one connection: every decision is that of the table in this process.
    @Test func everyDecisionIsTheTables() async throws {
        let plan = TrafficPlan.sample(rules: Self.rules)
        let table = try RoutingTable(
            routing: plan.routing, salt: plan.salt, arms: plan.arms.map { ArmWeight(arm: $0.name, weight: $0.weight) })
        try await EdgeSite.run([plan]) { site in
            let client = try site.client()
            var seen: [String: Int] = [:]
            for user in 0..<600 {
                let headers = [
                    user % 3 == 0 ? ("x-user-id", "user-\(user)") : ("cookie", "a=b; uid=\(user)"),
                    ("x-canary", user % 5 == 0 ? "true" : "no"),
                ]
                let target = user % 7 == 0 ? "/payments/\(user)?q=1" : "/cart/\(user)"
                let address = user % 2 == 0 ? "10.0.0.9" : "192.0.2.9"
                try client.send(decide(headers, target: target, client: address))
                let answer = try client.answer()
                let expected = table.assign(
                    RoutingRequest(target: target, host: "shop.example", scheme: "https", clientAddress: address, headers: headers),
                    now: EdgeSite.now)
                #expect(answer["x-tidegate-arm"] == expected.arm)
                #expect(answer["x-tidegate-bucket"] == expected.bucket.map { "\($0)" } ?? "")
                #expect(answer["x-tidegate-rule"]?.isEmpty == (expected.rule == nil))
                seen[expected.arm, default: 0] += 1
            }
            #expect(seen["canary"] ?? 0 > 100)
            #expect(seen["stable"] ?? 0 > 100)
        }
    }

    @Test func aRequestWithoutAKeyIsStable() async throws {
        try await EdgeSite.run([.sample()]) { site in
            let client = try site.client()
            try client.send(decide())
            let answer = try client.answer()
            #expect(answer["x-tidegate-arm"] == "stable")
            #expect(answer["x-tidegate-bucket"] == "")
        }
    }

    @Test func unknownServicesAndIncompleteQuestionsAreSaidSo() async throws {
        try await EdgeSite.run([.sample()]) { site in
            let client = try site.client()
            try client.send(decide(service: "search"))
            #expect(try client.answer().status == 404)
            try client.send("GET /decide HTTP/1.1\r\nx-tidegate-service: checkout\r\n\r\n")
            let incomplete = try client.answer()
            #expect(incomplete.status == 400)
            #expect(incomplete.body.contains("x-original-uri"))
            try client.send(decide([("x-client-address", "10.0.0.1")]))
            let twice = try client.answer()
            #expect(twice.status == 400)
            #expect(twice.body.contains("twice"))
            try client.send("GET /nothing HTTP/1.1\r\n\r\n")
            #expect(try client.answer().status == 404)
            try client.send(decide())
            #expect(try client.answer().status == 200, "the connection goes on")
        }
    }

    /// What the proxy says about a request is no header of it, so that a rule cannot mistake one for the other.
    @Test func theProxysOwnHeadersAreNotTheRequests() async throws {
        let rule = RoutingRule(name: "own", when: #"header["x-client-address"] ~= nil or header.host ~= "shop.example""#, to: "canary")
        try await EdgeSite.run([.sample(rules: [rule])]) { site in
            let client = try site.client()
            try client.send(decide())
            #expect(try client.answer()["x-tidegate-rule"] == "")
        }
    }

    @Test func countsAreShown() async throws {
        try await EdgeSite.run([.sample()]) { site in
            let client = try site.client()
            for _ in 0..<7 {
                try client.send(decide())
                _ = try client.answer()
            }
            try client.send(decide(service: "search"))
            _ = try client.answer()
            let metrics = try site.get("/metrics")
            #expect(metrics["content-type"] == "text/plain; version=0.0.4; charset=utf-8")
            let lines = metrics.body.split(separator: "\n").map(String.init)
            #expect(lines.contains(#"tidegate_edge_decisions_total{service="checkout",arm="stable",revision="v41"} 7"#))
            #expect(lines.contains(#"tidegate_edge_decisions_total{service="checkout",arm="canary",revision="v42"} 0"#))
            #expect(lines.contains(#"tidegate_edge_errors_total{reason="unknown_service"} 1"#))
            #expect(lines.contains(#"tidegate_edge_plan_generation{service="checkout"} 3"#))
            #expect(lines.contains("tidegate_edge_connections 2"))
            #expect(try site.get("/healthz").body == "ok\n")
        }
    }
}
