import Foundation
import PluginKit
import ReleaseModel
import Testing

@testable import NginxTraffic

@Suite("The log of hops") struct CoverageLogTests {
    private struct Line: Decodable, Hashable {
        var time: String
        var service: String
        var hop: Int
        var inbound: String
        var tags: String
        var traceparent: String
        var arm: String
        var revision: String
        var status: Int
    }

    @Test("one JSON line a request, whatever the client sends") func lines() async throws {
        let backends = try Backends(["v41", "v42"])
        let node = try TrafficNode(settings: ["coverageLog": "logs/hops.log"])
        var plan = plan(
            backends, canary: 100, colors: [ColorRule(tag: "beta", when: #"header["x-beta"] == "1""#)],
            rules: [RoutingRule(name: "by colour", when: #"tagged("user-v2")"#, to: "canary")])
        plan.routing.propagation = Propagation(trust: ["127.0.0.1/32"], maximumHops: 3)
        let applied = try await node.apply(plan)
        #expect(applied.applied, "\(applied.reason ?? "")")
        // A worker of before, which logs nothing, takes no request any more.
        #expect(try await eventually { try await node.read().draining == false })
        let trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
        let quoting = "a\"b\\c\u{7f}{}$x"
        _ = try await node.get("/", [("traceparent", trace), ("x-beta", "1")])
        _ = try await node.get("/", [("x-gray-tag", "user-v2, other"), ("x-gray-tag-hops", "1"), ("traceparent", quoting)])
        _ = try await node.get("/", [("x-gray-tag", "user-v2"), ("x-gray-tag-hops", "3")])
        let read = { () -> [Line] in
            let text = node.nginx.folder.read("logs/hops.log") ?? ""
            return text.split(separator: "\n").compactMap { try? JSONDecoder().decode(Line.self, from: Data($0.utf8)) }
        }
        #expect(try await eventually { read().count == 3 })
        let lines = read()
        try #require(lines.count == 3)
        #expect(lines.allSatisfy { $0.service == "checkout" && $0.status == 200 && !$0.time.isEmpty })
        #expect(lines.map(\.hop) == [1, 2, 1])
        #expect(lines.map(\.inbound) == ["", "user-v2, other", ""])
        #expect(lines.map(\.tags) == ["beta", "user-v2, other", ""])
        #expect(lines.map(\.traceparent) == [trace, quoting, ""])
        #expect(lines.map(\.arm)[1] == "canary" && lines.map(\.revision)[1] == "v42")
        #expect(try await node.read().drift == nil)
    }
}
