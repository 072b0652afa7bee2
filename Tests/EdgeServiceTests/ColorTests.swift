import Foundation
import PluginKit
import ReleaseModel
import Routing
import Testing

@testable import EdgeService

/// Colours that come in, and how they go on.
@Suite struct ColorTests {
    static let colors = [ColorRule(tag: "user-v2", when: #"header["x-app"] == "2""#)]
    static let rules = [RoutingRule(name: "coloured", when: #"tagged("user-v2")"#, to: "canary")]
    static let secret = "0123456789abcdef0123456789abcdef"

    static func run(_ body: (EdgeSite) async throws -> Void) async throws {
        let file = "/tmp/tidegate-edge-key-\(UUID().uuidString.prefix(13))"
        try Data((secret + "\n").utf8).write(to: URL(filePath: file))
        defer { try? FileManager.default.removeItem(atPath: file) }
        let propagation = Propagation(
            trust: ["10.0.0.0/8"], keys: [ColorKey(id: "k1", secret: "file:\(file)")], maximumHops: 3, baggage: "gray-tag")
        let plan = TrafficPlan.sample(weight: "1%", rules: rules, colors: colors, propagation: propagation)
        try await EdgeSite.run([plan], body)
    }

    @Test func coloursFromATrustedNetworkLeadOn() async throws {
        try await Self.run { site in
            let client = try site.client()
            let headers = [("x-gray-tag", "user-v2"), ("x-gray-tag-hops", "1"), ("baggage", "a=b,gray-tag=old")]
            try client.send(decide(headers, client: "10.9.9.9"))
            let answer = try client.answer()
            #expect(answer["x-tidegate-rule"] == "coloured")
            #expect(answer["x-tidegate-tag"] == "user-v2")
            #expect(answer["x-tidegate-hops"] == "2")
            #expect(answer["x-tidegate-baggage"] == "gray-tag=user-v2,a=b")
            // The other end of the connection counts, where the proxy says that it is not the client.
            try client.send(decide(headers + [("x-peer-address", "192.0.2.7")], client: "10.9.9.9"))
            let stranger = try client.answer()
            #expect(stranger["x-tidegate-rule"] == "")
            #expect(stranger["x-tidegate-tag"] == nil)
            #expect(stranger["x-tidegate-baggage"] == "a=b")
        }
    }

    @Test func aSignatureOfOursIsBelievedAnywhere() async throws {
        try await Self.run { site in
            let client = try site.client()
            try client.send(decide([("x-app", "2")]))
            let first = try client.answer()
            let signature = try #require(first["x-tidegate-signature"])
            #expect(!signature.contains(Self.secret))
            try client.send(decide([("x-gray-tag", "user-v2"), ("x-gray-tag-signature", signature)]))
            let second = try client.answer()
            #expect(second["x-tidegate-rule"] == "coloured")
            #expect(second["x-tidegate-hops"] == "2")
        }
    }

    @Test func aClientCannotColourItself() async throws {
        try await Self.run { site in
            let client = try site.client()
            let forged = "k=k1;e=99999999999;h=0;s=\(String(repeating: "ab", count: 32))"
            for headers in [
                [("x-gray-tag", "user-v2")], [("x-gray-tag", "user-v2"), ("x-gray-tag-signature", forged)],
                [("x-gray-tag", "user-v2"), ("x-gray-tag", "user-v2")],
            ] {
                try client.send(decide(headers))
                let answer = try client.answer()
                #expect(answer["x-tidegate-arm"] == "stable")
                #expect(answer["x-tidegate-tag"] == nil)
            }
            let metrics = try site.get("/metrics").body
            for reason in ["untrusted", "badSignature", "malformed"] {
                #expect(metrics.contains("tidegate_edge_colors_refused_total{service=\"checkout\",reason=\"\(reason)\"} 1\n"), "\(reason)")
            }
        }
    }

    @Test func coloursEndAfterTheirHops() async throws {
        try await Self.run { site in
            let client = try site.client()
            try client.send(decide([("x-gray-tag", "user-v2"), ("x-gray-tag-hops", "3")], client: "10.9.9.9"))
            #expect(try client.answer()["x-tidegate-tag"] == nil)
        }
    }

    @Test func aSecretThatIsNotThereKeepsThePlanOut() async throws {
        let propagation = Propagation(keys: [ColorKey(id: "k1", secret: "file:/nonexistent/key")])
        try await EdgeSite.run([.sample(propagation: propagation)]) { site in
            let answer = try site.get("/status?service=checkout")
            #expect(answer.status == 404)
            #expect(answer.body.contains("/nonexistent/key"))
        }
    }
}
