import Foundation

/// Processor time of nginx per request, for one plan carried in several ways. Each nginx has one worker; the upstreams are a third one,
/// which is not counted; connections are kept on both sides.
enum NginxBenchmark {
    /// As many as the plugin's own.
    private static let keepalive = 32
    private static let unit = "ns of processor time per request"

    /// Our files, a plain `proxy_pass`, and the same routing in `balancer_by_lua`.
    static func routing(rounds: Int) throws -> [BenchmarkResult] {
        guard hasPrograms else { return [skipped("nginx: ten rules and three weights")] }
        let backends = try Backends()
        let script = try ScriptFile(Load.script)
        let own = try GatewayUnderTest(BenchmarkPlan.plan(ports: backends.ports))
        let plain = try PlainGateway(proxying(to: "server 127.0.0.1:\(backends.ports[0]);"))
        var sides: [(name: String, nginx: NginxProcess, port: Int, atMost: Double?)] = [
            ("Tidegate's maps and splits", own.nginx, own.port, nil), ("plain proxy_pass", plain.nginx, plain.port, 1.15),
        ]
        var notices: [String] = []
        if NginxProcess.luaModules.allSatisfy(FileManager.default.fileExists(atPath:)) {
            let peer = "server 0.0.0.1;\nbalancer_by_lua_block {\n\(BenchmarkPlan.luaBalancer(ports: backends.ports))\n}"
            let lua = try PlainGateway(proxying(to: peer), modules: NginxProcess.luaModules)
            sides.append(("the same in balancer_by_lua", lua.nginx, lua.port, nil))
        } else {
            notices.append("balancer_by_lua is left out: apt-get install libnginx-mod-http-lua")
        }
        let samples = try PairedRounds.samples(
            rounds: rounds,
            of: sides.map { side in
                { try Load.processorTime(of: { side.nginx.workers }, port: side.port, scriptFile: script.path) }
            })
        let series = zip(sides, samples).map { (name: $0.name, samples: $1, atMost: $0.atMost) }
        return [BenchmarkResult("nginx: ten rules and three weights", unit: unit, series: series, notices: notices)]
    }

    /// The decision service behind `auth_request`, beside an nginx that answers 204 to the same question. Both processes count.
    static func edge(rounds: Int) throws -> [BenchmarkResult] {
        guard hasPrograms else { return [skipped("edge: a decision for every request")] }
        let backends = try Backends()
        let script = try ScriptFile(Load.script)
        let edge = try EdgeProcess()
        let own = try GatewayUnderTest(BenchmarkPlan.plan(ports: backends.ports), edge: edge)
        let answerer = try PlainGateway("location / { return 204; }")
        let asking = try PlainGateway(
            """
            location / {
                auth_request /ask;
                proxy_pass http://backend;
                proxy_http_version 1.1;
                proxy_set_header Connection "";
                proxy_set_header Host $host;
            }
            location = /ask {
                internal;
                proxy_pass http://answerer/;
                proxy_http_version 1.1;
                proxy_pass_request_body off;
                proxy_set_header Connection "";
                proxy_set_header Content-Length "";
            }
            """,
            http: """
                upstream backend { server 127.0.0.1:\(backends.ports[0]); keepalive \(keepalive); }
                upstream answerer { server 127.0.0.1:\(answerer.port); keepalive \(keepalive); }
                """)
        let samples = try PairedRounds.samples(
            rounds: rounds,
            of: [
                { try Load.processorTime(of: { own.nginx.workers + edge.processes }, port: own.port, scriptFile: script.path) },
                {
                    try Load.processorTime(
                        of: { asking.nginx.workers + answerer.nginx.workers }, port: asking.port, scriptFile: script.path)
                },
            ])
        let names = ["auth_request to tidegate edge, ten rules", "auth_request to an nginx that answers 204"]
        let series = zip(names, samples).map { (name: $0, samples: $1, atMost: Double?.none) }
        return [BenchmarkResult("edge: a decision for every request", unit: unit, series: series, notices: [])]
    }

    // MARK: - Parts

    private static func proxying(to servers: String) -> (location: String, http: String) {
        (
            """
            location / {
                proxy_pass http://backend;
                proxy_http_version 1.1;
                proxy_set_header Connection "";
                proxy_set_header Host $host;
            }
            """, "upstream backend {\n\(servers)\nkeepalive \(keepalive);\n}"
        )
    }

    private static var hasPrograms: Bool {
        [NginxProcess.program, Load.program].allSatisfy(FileManager.default.isExecutableFile(atPath:))
    }

    private static func skipped(_ title: String) -> BenchmarkResult {
        BenchmarkResult(title, unit: unit, series: [], notices: ["left out: apt-get install nginx wrk"])
    }
}
