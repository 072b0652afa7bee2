import Foundation
import ReleaseModel
import Testing

/// A private server with a real nginx: everything a release needs, in a folder of its own. Its metrics are `ScriptedMetrics`, so
/// that a release always takes the same way.
final class TestSite: Sendable {
    let folder: String
    let plugins: String
    let entryPort: Int
    let statusPort: Int
    private let nginx: RunningProgram

    static let plugin = ["WeightedCanary", "TrafficColoring", "HealthScore", "NginxTraffic", "HTTPProbe"]

    init() async throws {
        folder = "/tmp/tidegate-e2e-\(UUID().uuidString.prefix(8))"
        plugins = "\(folder)/plugins"
        let files = FileManager.default
        for name in ["plugins", "data", "nginx/conf/tidegate/http", "nginx/conf/tidegate/locations", "nginx/logs", "nginx/tmp"] {
            try files.createDirectory(
                atPath: "\(folder)/\(name)", withIntermediateDirectories: true, attributes: [.posixPermissions: 0o755])
        }
        for name in Self.plugin {
            try files.copyItem(atPath: "\(RunningProgram.products)/lib\(name).so", toPath: "\(plugins)/lib\(name).so")
        }
        try files.copyItem(
            atPath: "\(RunningProgram.products)/libfixture-SwiftPlugins.so", toPath: "\(plugins)/libScriptedMetrics.so")
        let ports = try Self.freePorts(5)
        entryPort = ports[0]
        statusPort = ports[1]
        let temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map { "\($0)_temp_path tmp/\($0);" }.joined(separator: " ")
        try """
        \(geteuid() == 0 ? "user root;" : "")
        daemon off;
        worker_processes 1;
        worker_shutdown_timeout 1s;
        pid logs/nginx.pid;
        events { worker_connections 256; }
        http {
            \(temporary)
            access_log off;
            log_format heads escape=json '{"head":"$request_body"}';
            log_format hook escape=json '{"signature":"$http_x_tidegate_signature","delivery":"$http_x_tidegate_delivery","body":"$request_body"}';
            include tidegate/http/*.conf;
            server { listen 127.0.0.1:\(ports[2]); location / { return 200 "v41\\n"; } }
            server { listen 127.0.0.1:\(ports[3]); location / { return 200 "v42\\n"; } }
            server { listen 127.0.0.1:\(ports[4]); location / { return 200 "v43\\n"; } }
            server { listen 127.0.0.1:\(ports[0]);
                location = /hook { access_log logs/hook.log hook; proxy_pass http://127.0.0.1:\(ports[2]); }
                location = /heads { access_log logs/heads.log heads; proxy_pass http://127.0.0.1:\(ports[2]); }
                location / { include tidegate/locations/checkout[.]conf; } }
        }
        """.write(toFile: "\(folder)/nginx/conf/nginx.conf", atomically: true, encoding: .utf8)
        try """
        apiVersion: tidegate/v1
        kind: Target
        metadata: {name: edge}
        spec:
          plugin: nginx
          nodes:
            - {name: local, prefix: "\(folder)/nginx", conf: conf/nginx.conf, status: "http://127.0.0.1:\(ports[1])", errorLog: logs/error.log}
          services:
            checkout: {stable: v41, revisions: {v41: ["127.0.0.1:\(ports[2])"], v42: ["127.0.0.1:\(ports[3])"], v43: ["127.0.0.1:\(ports[4])"]}}
        """.write(toFile: "\(folder)/target.yaml", atomically: true, encoding: .utf8)
        let program = files.isExecutableFile(atPath: "/usr/sbin/nginx") ? "/usr/sbin/nginx" : "/usr/local/sbin/nginx"
        nginx = try RunningProgram(["-p", "\(folder)/nginx/", "-c", "conf/nginx.conf", "-e", "logs/error.log"], program: program)
        let pidFile = "\(folder)/nginx/logs/nginx.pid"
        try await Deadline.wait(.seconds(10), for: "nginx") { files.fileExists(atPath: pidFile) }
    }

    /// Ends nginx and the private database, and removes the folder.
    func close() async {
        nginx.signal(SIGTERM)
        _ = try? await nginx.end(within: .seconds(10))
        // A server that ended by itself has stopped its database; one that was killed has not, so one more start and stop does.
        if FileManager.default.fileExists(atPath: data + "/token"), let server = try? await serve() {
            server.signal(SIGTERM)
            _ = try? await server.end(within: .seconds(30))
        }
        try? FileManager.default.removeItem(atPath: folder)
    }

    var data: String { "\(folder)/data" }
    var fragment: String { "\(folder)/nginx/conf/tidegate/http/checkout.conf" }

    /// Starts a server on the site's data folder and waits until it takes calls, or has ended.
    ///
    /// - Parameter more: further arguments.
    func serve(haltingAt checkpoint: String? = nil, environment: [String: String] = [:], _ more: String...) async throws -> RunningProgram {
        try? FileManager.default.removeItem(atPath: "\(data)/server")
        let server = try RunningProgram(
            ["serve", "--data", data, "--listen", "127.0.0.1:0", "--plugins", plugins] + more,
            environment: environment.merging(checkpoint.map { ["TIDEGATE_HALT_AT": $0] } ?? [:]) { _, new in new })
        try await Deadline.wait(.seconds(60), for: "the server: \(server.standardError)") {
            !server.isRunning || FileManager.default.fileExists(atPath: "\(self.data)/server")
        }
        return server
    }

    /// Runs one command against the server, as its owner would.
    @discardableResult
    func tidegate(_ arguments: String...) async throws -> (code: Int32, output: String, errors: String) {
        let address = (try? String(contentsOfFile: "\(data)/server", encoding: .utf8))?.split(separator: "\n").first.map(String.init) ?? ""
        return try await RunningProgram.run(
            arguments, environment: ["TIDEGATE_SERVER": address, "TIDEGATE_TOKEN_FILE": "\(data)/token"])
    }

    /// Applies a policy with these stages and this tree, and the site's target.
    ///
    /// - Parameters:
    ///   - routing: further members of `routing`, each with a comma before it.
    ///   - probes: what `probes` says; none without it.
    func apply(stages: String, tree: [String], notify: String = "[]", routing: String = "", probes: String = "null") async throws {
        try """
        apiVersion: tidegate/v1
        kind: RolloutPolicy
        metadata: {name: e2e}
        spec:
          traffic: {plugin: nginx}
          metrics: {plugin: ScriptedMetrics, every: 200ms, lag: 0s}
          routing: {key: 'header["x-user-id"] or client.address'\(routing)}
          stages: \(stages)
          logs: none
          warmUp: 0s
          bake: 400ms
          health: {required: [errors], score: {errors: 100}, stale: 10s, minimum: {requests: 1}}
          notify: \(notify)
          probes: \(probes)
          tree:
        \(tree.map { "    - \($0)" }.joined(separator: "\n"))
        """.write(toFile: "\(folder)/policy.yaml", atomically: true, encoding: .utf8)
        for arguments in [["policy", "apply", "\(folder)/policy.yaml"], ["target", "apply", "\(folder)/target.yaml"]] {
            let result = try await tidegate(arguments[0], arguments[1], arguments[2])
            guard result.code == 0 else { throw Deadline.Missed(description: "\(arguments): \(result.output)\(result.errors)") }
        }
    }

    /// Decisions of a release as short lines: kind, canary weight, node.
    func decisions(_ release: String) async throws -> [String] {
        let result = try await tidegate("audit", "list", "--release", release, "-o", "json")
        try #require(result.code == 0, "\(result)")
        let document = try JSONValue(parsing: result.output.utf8)
        let items = document["items"]?.array ?? document.array ?? []
        return try items.map { item in
            let decision = try (item["decision"] ?? item).decoded(as: Decision.self)
            return "\(decision.kind.rawValue) \(decision.toWeights.canary) \(decision.because)"
        }
    }

    func state(_ release: String) async throws -> String? {
        let result = try await tidegate("release", "show", release, "-o", "json")
        return try? JSONValue(parsing: result.output.utf8)["detail"]?["release"]?["state"]?.string
    }

    static func freePorts(_ count: Int) throws -> [Int] {
        var sockets: [Int32] = []
        defer { for socket in sockets { Glibc.close(socket) } }
        return (0..<count).map { _ in
            let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
            sockets.append(descriptor)
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
            var length = socklen_t(MemoryLayout<sockaddr_in>.size)
            _ = withUnsafeMutablePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    bind(descriptor, $0, length) == 0 && getsockname(descriptor, $0, &length) == 0
                }
            }
            return Int(UInt16(bigEndian: address.sin_port))
        }
    }
}
