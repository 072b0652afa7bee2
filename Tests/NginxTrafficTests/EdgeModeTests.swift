import EdgeService
import Foundation
import Logging
import PluginKit
import ReleaseModel
import Routing
import Testing

@testable import NginxTraffic

@Suite("A node whose decisions the edge makes") struct EdgeModeTests {
    /// A node, and the real decision service over its folder of plans, which lies elsewhere so that it can be there first.
    private func start() async throws -> (TrafficNode, EdgeServer) {
        let plans = try TemporaryFolder()
        var running: EdgeServer?
        // A port below those of outgoing connections, so that it can be had again after a restart.
        for _ in 0..<5 where running == nil { running = try? await edge(plans.path, freePort()) }
        let edge = try #require(running)
        let node = try TrafficNode(
            workers: 2,
            settings: ["edge": .string("http://127.0.0.1:\(edge.port)"), "edgeTimeout": "2s", "reloadTimeout": "80s"], keeping: plans)
        try FileManager.default.createDirectory(
            atPath: node.nginx.folder.path + "/conf/tidegate", withIntermediateDirectories: true)
        try FileManager.default.createSymbolicLink(atPath: self.plans(node), withDestinationPath: plans.path)
        return (node, edge)
    }

    private func edge(_ plans: String, _ port: Int) async throws -> EdgeServer {
        try await EdgeServer.start(EdgeConfiguration(plans: plans, port: port, threads: 1), logger: Logger(label: "edge")) {
            Timestamp(seconds: Date().timeIntervalSince1970)
        }
    }

    private func plans(_ node: TrafficNode) -> String { node.nginx.folder.path + "/conf/tidegate/edge" }

    @Test("what maps cannot carry is decided as the table decides; weights change without a reload") func decisions() async throws {
        let backends = try Backends(["v41", "v42"])
        let (node, edge) = try await start()
        var plan = plan(
            backends, canary: 2500, colors: [ColorRule(tag: "third", when: "crc32(header[\"x-user-id\"]) % 3 == 0")],
            rules: [
                RoutingRule(name: "odd one", when: #"ngx.crc32_short(ngx.var.request_uri .. "") % 100 < 30"#, to: "canary"),
                RoutingRule(name: "summer", when: "#path > 40", to: "canary", during: "02:00-06:00 Europe/Berlin"),
            ])
        plan.routing.propagation = Propagation(trust: ["127.0.0.1/32"], baggage: "gray-tag")
        let first = try await node.apply(plan)
        #expect(first.applied, "\(first.reason ?? "")")
        #expect(first.way?.hasPrefix("reload: servers, headers or nginx's own files changed") == true, "\(first.way ?? "")")
        #expect(first.observed.drift == nil, "\(first.observed.drift ?? "")")
        let workers = node.nginx.workers
        let master = node.nginx.master
        for generation in 1...4 {
            if generation > 1 {
                plan.generation = Int64(generation)
                plan.arms[0].weight = Weight(basisPoints: 10_000 - generation * 2500)
                plan.arms[1].weight = Weight(basisPoints: generation * 2500)
                let next = try await node.apply(plan)
                #expect(next.applied, "\(next.reason ?? "")")
                #expect(next.way?.hasPrefix("edge, no reload: ") == true, "\(next.way ?? "")")
            }
            try await agree(node, plan)
            #expect(try await node.read().generation == Int64(generation))
            #expect(try await node.read().weights[arm: "canary"] == plan.arms[1].weight)
            #expect(try await node.read().drift == nil)
        }
        plan.generation = 5
        plan.arms[0].weight = .full
        plan.arms[1].weight = .zero
        #expect(try await node.apply(plan).way?.hasPrefix("edge, no reload: ") == true)
        let reached = backends.count("v42")
        try await agree(node, plan)
        #expect(backends.count("v42") == reached)
        #expect(node.nginx.workers == workers && node.nginx.master == master)
        let again = try await node.apply(plan)
        #expect(again.applied && again.way?.hasPrefix("nothing to do") == true)
        await edge.shutDown()
    }

    /// 500 requests go where the table says, with the colours that it says.
    private func agree(_ node: TrafficNode, _ plan: TrafficPlan) async throws {
        let now = Timestamp(seconds: Date().timeIntervalSince1970)
        let table = try RoutingTable(
            routing: plan.routing, salt: plan.salt, arms: plan.arms.map { ArmWeight(arm: $0.name, weight: $0.weight) })
        let gate = try ColorGate(propagation: table.propagation, tagHeader: table.tagHeader, secrets: [:])
        let answers = try await node.answers(Array(0..<500)) { try await $0.get(Self.target($1), Self.headers($1)) }
        var wrong: [String] = []
        for (index, answer) in answers.enumerated() {
            let request = RoutingRequest(target: Self.target(index), host: "127.0.0.1:\(node.port)", headers: Self.headers(index))
            let inbound = gate.admit(request, now: now).colors
            let assignment = table.assign(request, now: now, inbound: inbound)
            let baggage = request.headers.first { $0.name == Array("baggage".utf8) }?.value
            let out = gate.outgoing(assignment, inbound: inbound, baggage: baggage, now: now)
            let isRight =
                answer.status == 200 && answer.revision == plan.arms[assignment.armIndex].revision && answer.tags == out.tags ?? ""
                && answer.hops == out.hops.map { "\($0)" } ?? "" && answer.baggage == String(decoding: out.baggage ?? [], as: UTF8.self)
            if !isRight { wrong.append("\(index): \(answer), and not \(assignment) with \(out)") }
        }
        #expect(wrong.prefix(10) == [])
    }

    private static func target(_ index: Int) -> String { "/item/\(index % 50)?x=\(index)" }
    private static func headers(_ index: Int) -> [(String, String)] {
        [("x-user-id", "user-\(index)")] + (index % 4 == 0 ? [("x-gray-tag", "a,third"), ("x-gray-tag-hops", "2")] : [])
            + (index % 5 == 0 ? [("baggage", "b=1,gray-tag=evil")] : [])
    }

    @Test("requests go to stable while the edge is away, and on as before when it is back") func edgeIsAway() async throws {
        let backends = try Backends(["v41", "v42"])
        var (node, edge) = try await start()
        #expect(try await node.apply(plan(backends, canary: 10_000)).applied)
        #expect(try await node.get("/", [("x-user-id", "u")]).revision == "v42")
        await edge.shutDown()
        let away = try await node.answers(Array(0..<200)) { node, index in
            try await node.get("/", [("x-user-id", "user-\(index)"), ("x-gray-tag", "forged"), ("baggage", "a=1")])
        }
        #expect(away.allSatisfy { $0.status == 200 && $0.revision == "v41" && $0.named == "v41" && $0.tags == "" && $0.hops == "" })
        let failure = await #expect(throws: PluginFailure.self) { try await node.read() }
        #expect(failure?.reason.contains("requests go to stable") == true)
        edge = try await self.edge(plans(node), edge.port)
        #expect(try await eventually { try await node.get("/", [("x-user-id", "u")]).revision == "v42" })
        await edge.shutDown()
    }

    @Test(
        "an edge that is slow, broken or an impostor leads to stable within its time",
        arguments: [
            nil, "HTTP/1.1 500 Oops\r\ncontent-length: 0\r\n\r\n", "HTTP/1.1 403 No\r\ncontent-length: 0\r\n\r\n",
            "HTTP/1.1 404 Not Found\r\nx-tidegate-arm: canary\r\nx-tidegate-revision: v42\r\ncontent-length: 0\r\n\r\n",
            "HTTP/1.1 200 OK\r\nx-tidegate-arm: canary\r\nx-tidegate-revision: v99\r\ncontent-length: 0\r\n\r\n",
            "HTTP/1.1 200 OK\r\nx-tidegate-arm: other\r\nx-tidegate-revision: v42\r\ncontent-length: 0\r\n\r\n",
            "HTTP/1.1 200 OK\r\nx-tidegate-arm: canary\r\nx-tidegate-rev",
        ]) func broken(_ answer: String?) async throws
    {
        let backends = try Backends(["v41", "v42"])
        let standIn = try StandInEdge(answer: answer)
        let settings: [String: JSONValue] = [
            "edge": .string("http://127.0.0.1:\(standIn.port)"), "edgeTimeout": "200ms", "reloadTimeout": "300ms",
        ]
        let node = try TrafficNode(settings: settings)
        let response = try await node.apply(plan(backends, canary: 10_000))
        #expect(!response.applied)
        #expect(response.reason?.contains("does not take the plan") == true, "\(response.reason ?? "")")
        // The files lie there, so that whoever starts nginx now gets stable.
        try node.nginx.reload()
        // Until the reload is through, a worker of before may still answer.
        let isStable = try await eventually {
            let answer = try await node.get("/", [("x-user-id", "u"), ("x-gray-tag", "forged")], fresh: true)
            return answer.status == 200 && answer.revision == "v41" && answer.tags == "" && answer.took < .seconds(20)
        }
        #expect(isStable)
        withExtendedLifetime(standIn) {}
    }

    @Test("a hand-edited plan is drift, and put back by a repeat") func drift() async throws {
        let backends = try Backends(["v41", "v42"])
        let (node, edge) = try await start()
        #expect(try await node.apply(plan(backends, canary: 1000)).applied)
        let text = try #require(node.file("edge/checkout.json"))
        try node.write(text.replacing("1000", with: "2000").replacing("9000", with: "8000"), to: "edge/checkout.json")
        #expect(try await node.read().drift?.contains("is not the one that was written last") == true)
        #expect(try await eventually { try await node.read().weights[arm: "canary"] == Weight(basisPoints: 2000) })
        #expect(try await node.apply(plan(backends, canary: 1000)).applied)
        #expect(try await node.read().drift == nil)
        #expect(try await node.read().weights[arm: "canary"] == Weight(basisPoints: 1000))
        let late = try await node.apply(plan(backends, canary: 500, generation: 0))
        #expect(!late.applied && late.reason?.contains("older than generation 1") == true)
        await edge.shutDown()
    }

    @Test("a server that cannot ask the edge is told which line it needs") func include() async throws {
        let backends = try Backends(["v41", "v42"])
        let (node, edge) = try await start()
        let main = try #require(node.nginx.folder.read("conf/nginx.conf"))
        try node.nginx.folder.write(main.replacing("include tidegate/servers/checkout[.]conf;", with: ""), to: "conf/nginx.conf")
        let response = try await node.apply(plan(backends, canary: 0))
        #expect(response.reason?.contains("include tidegate/servers/checkout[.]conf;") == true, "\(response.reason ?? "")")
        await edge.shutDown()
    }

    @Test("a node may get an edge, and lose it again") func change() async throws {
        let backends = try Backends(["v41", "v42"])
        let (node, edge) = try await start()
        let bare = TargetNode(name: "n", configuration: .object(try #require(node.configuration.object).filter { $0.key != "edge" }))
        let native = try node.plugin.apply(ApplyRequest(node: bare, plan: plan(backends, canary: 500)), node.context)
        #expect(native.applied, "\(native.reason ?? "")")
        let decided = try await node.apply(plan(backends, canary: 10_000, generation: 2))
        #expect(decided.applied, "\(decided.reason ?? "")")
        #expect(try await node.get("/", [("x-user-id", "u")]).revision == "v42")
        let back = try node.plugin.apply(ApplyRequest(node: bare, plan: plan(backends, canary: 0, generation: 3)), node.context)
        #expect(back.applied, "\(back.reason ?? "")")
        #expect(back.observed.drift == nil)
        #expect(node.file("edge/checkout.json") == nil && node.file("servers/checkout.conf") == nil)
        #expect(try await node.get("/", [("x-user-id", "u")]).revision == "v41")
        await edge.shutDown()
    }
}
