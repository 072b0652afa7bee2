import Foundation
import PluginKit
import ReleaseModel
import Testing

@testable import NginxTraffic

@Suite("What is refused, and what stays in place") struct RefusalTests {
    private func server(_ plan: TrafficPlan, _ servers: [String]) -> TrafficPlan {
        var plan = plan
        plan.arms[1].servers = servers
        return plan
    }

    @Test("a plan that nginx refuses puts the last good file back") func lastGood() async throws {
        let backends = try Backends(["v41", "v42"])
        let node = try TrafficNode()
        #expect(try await node.apply(plan(backends, canary: 100)).applied)
        let good = node.file("http/checkout.conf")
        let workers = node.nginx.workers
        let refused = try await node.apply(server(plan(backends, canary: 200, generation: 2), ["no-such-host.invalid:80"]))
        #expect(!refused.applied)
        #expect(refused.reason?.contains("host not found in upstream \"no-such-host.invalid:80\"") == true, "\(refused.reason ?? "")")
        #expect(refused.observed.generation == 1)
        #expect(node.file("http/checkout.conf") == good)
        #expect(node.file("quarantine/checkout.http.conf.quarantined")?.contains("no-such-host.invalid") == true)
        #expect(node.file("quarantine/checkout.http.conf.quarantined.error")?.contains("host not found") == true)
        #expect(node.nginx.workers == workers)
        try node.nginx.test()
        #expect(try await node.read().drift == nil)
        #expect(try await node.apply(plan(backends, canary: 300, generation: 3)).applied)
    }

    @Test("a first plan that is refused leaves nothing behind that nginx reads") func firstRefused() async throws {
        let backends = try Backends(["v41", "v42"])
        let node = try TrafficNode()
        #expect(try await !node.apply(server(plan(backends, canary: 200), ["no-such-host.invalid:80"])).applied)
        #expect(node.file("http/checkout.conf") == nil)
        #expect(node.file("locations/checkout.conf") == nil)
        try node.nginx.test()
        #expect(try await node.apply(plan(backends, canary: 200)).applied)
    }

    @Test(
        "another service's broken fragment is quarantined and its last good one used",
        arguments: [
            "server { nonsense on; }\n", "}\n", "map $a $tidegate_order_api_key { default $tidegate_order_api_nothing; }\n", "\"",
        ]) func quarantine(_ damage: String) async throws
    {
        let backends = try Backends(["v41", "v42"])
        let node = try TrafficNode(services: ["checkout", "order-api"])
        let other = plan(backends, canary: 10_000, release: "order-api-1", service: "order-api")
        #expect(try await node.apply(other).applied)
        let good = try #require(node.file("http/order-api.conf"))
        try node.write(good + damage, to: "http/order-api.conf")
        #expect(throws: NginxFailure.self) { try node.nginx.test() }

        let response = try await node.apply(plan(backends, canary: 10_000))
        #expect(response.applied, "\(response.reason ?? "")")
        #expect(try await node.get("/", [("x-user-id", "u")]).revision == "v42")
        #expect(try await node.get("/order-api", [("x-user-id", "u")]).revision == "v42")
        #expect(node.file("http/order-api.conf") == good)
        #expect(node.file("quarantine/order-api.http.conf.quarantined") == good + damage)
        #expect(node.file("quarantine/order-api.http.conf.quarantined.error")?.isEmpty == false)
    }

    @Test("a broken fragment that was never good is taken out altogether") func neverGood() async throws {
        let backends = try Backends(["v41", "v42"])
        let node = try TrafficNode(services: ["checkout", "order-api"])
        #expect(try await node.apply(plan(backends, canary: 0)).applied)
        try node.write("nonsense;\n", to: "http/stranger.conf")
        try node.write("proxy_pass http://$tidegate_order_api_upstream;\n", to: "locations/order-api.conf")
        try node.write("# empty\n", to: "http/order-api.conf")
        let response = try await node.apply(plan(backends, canary: 100, generation: 2))
        #expect(response.applied, "\(response.reason ?? "")")
        #expect(node.file("http/stranger.conf") == nil)
        #expect(node.file("locations/order-api.conf") == nil)
        #expect(node.file("quarantine/stranger.http.conf.quarantined") == "nonsense;\n")
    }

    @Test("a broken main configuration is nobody's fragment: the weights stay, and nginx's words are passed on") func brokenMain()
        async throws
    {
        let backends = try Backends(["v41", "v42"])
        let node = try TrafficNode()
        #expect(try await node.apply(plan(backends, canary: 100)).applied)
        let good = node.file("http/checkout.conf")
        let main = try #require(node.nginx.folder.read("conf/nginx.conf"))
        try node.nginx.folder.write(main + "nonsense on;\n", to: "conf/nginx.conf")
        let response = try await node.apply(plan(backends, canary: 0, generation: 2))
        #expect(!response.applied)
        #expect(response.reason?.contains("unknown directive \"nonsense\"") == true)
        #expect(node.file("http/checkout.conf") == good)
        #expect(try await node.read().generation == 1)
        try node.nginx.folder.write(main, to: "conf/nginx.conf")
        #expect(try await node.apply(plan(backends, canary: 0, generation: 2)).applied)
    }

    @Test(
        "the main configuration must bound draining",
        arguments: [
            ("", "there is no worker_shutdown_timeout"), ("# worker_shutdown_timeout 5s;", "there is no worker_shutdown_timeout"),
            ("worker_shutdown_timeout 0;", "bounds nothing"), ("worker_shutdown_timeout 1h;", "longer than the node's maximumDrain of 5m"),
        ]) func drainBound(_ main: String, _ word: String) async throws
    {
        let backends = try Backends(["v41", "v42"])
        let node = try TrafficNode(main: main)
        let response = try await node.apply(plan(backends, canary: 0))
        #expect(!response.applied)
        #expect(response.reason?.contains(word) == true, "\(response.reason ?? "")")
        #expect(node.file("http/checkout.conf") == nil)
    }

    @Test("missing include lines are named as they should be written") func includes() async throws {
        let backends = try Backends(["v41", "v42"])
        let node = try TrafficNode(services: ["something-else"])
        let noLocation = try await node.apply(plan(backends, canary: 0))
        #expect(noLocation.reason?.contains("include tidegate/locations/checkout[.]conf;") == true, "\(noLocation.reason ?? "")")
        let main = try #require(node.nginx.folder.read("conf/nginx.conf"))
        try node.nginx.folder.write(main.replacing("include tidegate/http/*.conf;", with: ""), to: "conf/nginx.conf")
        let noInclude = try await node.apply(plan(backends, canary: 0))
        #expect(noInclude.reason?.contains("include tidegate/http/*.conf;") == true, "\(noInclude.reason ?? "")")
        // A location written by hand will do.
        try node.nginx.folder.write(
            main.replacing("include tidegate/locations/something-else[.]conf;", with: "proxy_pass http://$tidegate_checkout_upstream;"),
            to: "conf/nginx.conf")
        #expect(try await node.apply(plan(backends, canary: 0)).applied)
    }

    @Test("a late controller is refused: older term, older generation, replaced release") func fencing() async throws {
        let backends = try Backends(["v41", "v42"])
        let node = try TrafficNode()
        #expect(try await node.apply(plan(backends, canary: 500, generation: 5, term: 3)).applied)
        let oldTerm = try await node.apply(plan(backends, canary: 9000, generation: 6, term: 2))
        #expect(!oldTerm.applied)
        #expect(oldTerm.reason?.contains("lease term 2") == true)
        let oldGeneration = try await node.apply(plan(backends, canary: 400, generation: 4, term: 3))
        #expect(oldGeneration.reason?.contains("older than generation 5") == true)
        #expect(try await node.read().weights[arm: "canary"] == Weight(basisPoints: 500))
        // The next release begins to count anew.
        #expect(try await node.apply(plan(backends, canary: 0, generation: 1, term: 1, release: "checkout-2")).applied)
        let replaced = try await node.apply(plan(backends, canary: 9000, generation: 9, term: 9))
        #expect(!replaced.applied)
        #expect(replaced.reason?.contains("replaced on this node by checkout-2") == true)
        // The fence stands in the fragment as well, should the ledger be lost.
        try FileManager.default.removeItem(atPath: node.nginx.folder.path + "/conf/tidegate/state/checkout.json")
        #expect(try await node.apply(plan(backends, canary: 100, generation: 1, term: 0, release: "checkout-2")).applied == false)
    }

    @Test(
        "what maps cannot do is refused by its name",
        arguments: [
            (#"crc32(client.address) % 100 < 30"#, "crc32(client.address) % 100"), (#"#path > 3"#, "#path > 3"),
            (#"path:match("%b()") ~= nil"#, "%b"), (#"header["x_y"] == "1""#, "header[\"x_y\"]"),
            (#"header["x-a"] == cookie.b"#, "header[\"x-a\"] == cookie.b"), (#"header["x-a"]:sub(1, 2) == "ab""#, "sub(1, 2)"),
        ]) func unprintable(_ condition: String, _ part: String) async throws
    {
        let backends = try Backends(["v41", "v42"])
        let node = try TrafficNode()
        let rules = [RoutingRule(name: "odd one", when: condition, to: "canary")]
        let response = try await node.apply(plan(backends, canary: 100, rules: rules))
        #expect(!response.applied)
        #expect(response.reason?.contains("rule 'odd one'") == true, "\(response.reason ?? "")")
        #expect(response.reason?.contains(part) == true, "\(response.reason ?? "")")
        #expect(node.file("http/checkout.conf") == nil)
    }

    @Test("names and addresses that would change the configuration are refused before anything is written") func injection() async throws {
        let backends = try Backends(["v41", "v42"])
        let node = try TrafficNode()
        let evil = ["a;b", "a\nb", "a b", "}", "$http_host", "\"", "'", "#", "{", "a\\", "é", "", String(repeating: "a", count: 300)]
        for text in evil {
            var plans = [TrafficPlan](repeating: plan(backends, canary: 100), count: 8)
            plans[0].arms[1].revision = text
            plans[1].arms[1].name = text
            plans[2].arms[1].servers = [text.isEmpty ? text : text + ":80"]
            plans[3].routing.tagHeader = text
            plans[4].routing.colors = [ColorRule(tag: text, when: "true")]
            plans[5].salt = text
            plans[6].service = text
            plans[7].release = text
            for (index, plan) in plans.enumerated() {
                // A long run of letters is a host name and, up to 128 bytes, a release like any other; nginx has the last word on it.
                guard !(text.allSatisfy { $0 == "a" } && !text.isEmpty && index == 2) else { continue }
                let response = try await node.apply(plan)
                #expect(!response.applied, "text '\(text)' as part \(index)")
            }
        }
        #expect(node.file("http/checkout.conf") == nil)
        try node.nginx.test()
    }

    @Test("a plan that could not be judged in time is taken back") func judgedTooLate() async throws {
        let backends = try Backends(["v41", "v42"])
        let node = try TrafficNode()
        #expect(try await node.apply(plan(backends, canary: 100)).applied)
        let good = node.file("http/checkout.conf")
        // A program in nginx's place that never ends.
        try node.nginx.folder.write("#!/bin/sh\nexec sleep 60\n", to: "stalled")
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: node.nginx.folder.path + "/stalled")
        var configuration = try #require(node.configuration.object)
        configuration["binary"] = .string(node.nginx.folder.path + "/stalled")
        let request = ApplyRequest(
            node: TargetNode(name: "n", configuration: .object(configuration)), plan: plan(backends, canary: 200, generation: 2))
        let failure = await #expect(throws: PluginFailure.self) {
            try await blocking { try node.plugin.apply(request, CallContext(deadline: .now + .seconds(1))) }
        }
        #expect(failure?.code == "timed_out")
        #expect(node.file("http/checkout.conf") == good)
        #expect(try await node.apply(plan(backends, canary: 200, generation: 2)).applied)
    }
}
