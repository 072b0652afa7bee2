import Foundation
import HTTPClient
import NginxTraffic
import PluginKit
import ReleaseModel

/// A node under test: a real nginx whose main configuration includes Tidegate's files as the README says, and the plugin beside it.
final class TrafficNode: Sendable {
    let nginx: RunningNginx
    let port: Int
    let status: Int
    let plugin = NginxTraffic()
    let client: HTTPClient
    /// The node's settings besides those that every test needs.
    let settings: [String: JSONValue]
    /// A folder that must live as long as the node.
    private let kept: TemporaryFolder?

    init(
        services: [String] = ["checkout"], main: String = "worker_shutdown_timeout 5s;", http: String = "", workers: Int = 1,
        starts: Bool = true, connections: Int = 16, zone: String? = nil, settings: [String: JSONValue] = [:],
        keeping kept: TemporaryFolder? = nil
    ) throws {
        self.kept = kept
        self.settings = settings
        port = try freePort()
        status = try freePort()
        var text = "include tidegate/http/*.conf;\n\(http)\nserver {\nlisten 127.0.0.1:\(port) backlog=1024;\n"
        for service in services { text += "include tidegate/servers/\(service)[.]conf;\n" }
        for (index, service) in services.enumerated() {
            text += "location /\(index == 0 ? "" : service) { include tidegate/locations/\(service)[.]conf; }\n"
        }
        nginx = try RunningNginx(main: main, http: text + "}\n", workers: workers, starts: starts, zone: zone)
        var configuration = HTTPClient.Configuration()
        configuration.maximumConnectionsPerHost = connections
        client = HTTPClient(configuration: configuration)
    }

    var configuration: JSONValue {
        let usual: [String: JSONValue] = [
            "prefix": .string(nginx.folder.path), "conf": "conf/nginx.conf", "status": .string("http://127.0.0.1:\(status)"),
            "errorLog": "logs/error.log",
        ]
        return .object(usual.merging(settings) { $1 })
    }

    var target: TargetNode { TargetNode(name: "node-1", configuration: configuration) }
    var context: CallContext { CallContext(deadline: .now + .seconds(90)) }

    @discardableResult
    func apply(_ plan: TrafficPlan) async throws -> ApplyResponse {
        try await blocking { try self.plugin.apply(ApplyRequest(node: self.target, plan: plan), self.context) }
    }

    func read(_ service: String = "checkout") async throws -> ObservedTraffic {
        try await blocking { try self.plugin.read(ReadRequest(node: self.target, service: service), self.context).observed }
    }

    /// A generated file, by its name within the folder.
    func file(_ name: String) -> String? { nginx.folder.read("conf/tidegate/\(name)") }
    func write(_ text: String, to name: String) throws { try nginx.folder.write(text, to: "conf/tidegate/\(name)") }

    struct Answer: Sendable, Hashable {
        var status: Int
        var revision: String
        var tags: String
        var hops: String = ""
        var baggage: String = ""
        var signature: String = ""
        /// What `x-tidegate-revision` says.
        var named: String?
        var connection: Int?
        /// By the clock of the HTTP client.
        var took = Duration.zero
    }

    func get(_ path: String = "/", _ headers: [(String, String)] = [], fresh: Bool = false) async throws -> Answer {
        let response = try await client.send(
            HTTPRequest(.get, "http://127.0.0.1:\(port)\(path)", headers: headers.map { HTTPHeader($0.0, $0.1) }, freshConnection: fresh))
        let parts = response.text.split(separator: "|", omittingEmptySubsequences: false).map(String.init)
        return Answer(
            status: response.status, revision: parts.first ?? "", tags: parts.count > 1 ? parts[1] : "",
            hops: parts.count > 3 ? parts[3] : "", baggage: parts.count > 4 ? parts[4] : "", signature: parts.count > 5 ? parts[5] : "",
            named: response.header("x-tidegate-revision"), connection: response.timing.localPort, took: response.timing.total)
    }

    /// The answers to many requests, in their order, a few at a time.
    func answers<Input: Sendable>(
        _ inputs: [Input], width: Int = 16, _ ask: @escaping @Sendable (TrafficNode, Input) async throws -> Answer
    ) async throws -> [Answer] {
        try await withThrowingTaskGroup(of: [(Int, Answer)].self) { group in
            for lane in 0..<width {
                group.addTask {
                    var answers: [(Int, Answer)] = []
                    for index in stride(from: lane, to: inputs.count, by: width) {
                        answers.append((index, try await ask(self, inputs[index])))
                    }
                    return answers
                }
            }
            var all = [Answer?](repeating: nil, count: inputs.count)
            for try await answers in group { for (index, answer) in answers { all[index] = answer } }
            return all.compactMap { $0 }
        }
    }
}

/// A plan for the service with stable v41 and canary v42.
func plan(
    _ backends: Backends, canary: Int, generation: Int64 = 1, term: Int64 = 1, release: String = "checkout-1", service: String = "checkout",
    key: String = #"header["x-user-id"] or cookie.uid"#, colors: [ColorRule] = [], rules: [RoutingRule] = []
) -> TrafficPlan {
    TrafficPlan(
        release: release, service: service, generation: generation, leaseTerm: term, salt: "\(service)-salt",
        routing: RoutingPolicy(
            plugin: "weighted", coloring: "coloring", key: key, tagHeader: "x-gray-tag", colors: colors, rules: rules),
        arms: [
            TrafficArm(name: "stable", revision: "v41", weight: Weight(basisPoints: 10_000 - canary), servers: backends.servers("v41")),
            TrafficArm(name: "canary", revision: "v42", weight: Weight(basisPoints: canary), servers: backends.servers("v42")),
        ])
}
