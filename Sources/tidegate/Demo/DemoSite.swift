import Foundation
import HTTPClient
import ReleaseModel

/// Everything that a small company would run: a service in two revisions, nginx before it, Prometheus beside it.
///
/// Started part by part; `stop` ends whatever was started, in the reverse order.
final class DemoSite {
    static let service = "checkout"
    static let stable = "v41"
    static let canary = "v42"
    static let stableInstances = 2
    /// How long a part may take until it answers.
    static let patience: Duration = .seconds(20)

    let folder: String
    let parts: DemoParts
    let http: HTTPClient
    private(set) var instances: [DemoInstance] = []
    /// The service that the instances ask, in two revisions.
    private(set) var downstream: [DemoInstance] = []
    private(set) var entry = ""
    private var nginxPorts: [Int] = []
    private(set) var prometheus = ""
    private var processes: [SupervisedProcess] = []

    init(folder: String, parts: DemoParts, http: HTTPClient) {
        self.folder = folder
        self.parts = parts
        self.http = http
    }

    var canaryInstance: DemoInstance { instances[instances.count - 1] }

    /// Starts the instances of both revisions. Their logs go to Tidegate at `logsURL`.
    func startInstances(logsURL: String, tokenFile: String) async throws {
        nginxPorts = try FreePort.take(2)
        entry = "http://127.0.0.1:\(nginxPorts[0])"
        let plan = (1...Self.stableInstances).map { ("stable-\($0)", Self.stable) } + [("canary-1", Self.canary)]
        let ports = try FreePort.take(plan.count)
        for ((name, revision), port) in zip(plan, ports) {
            let process = try start(
                name, parts.service,
                [
                    "--service", Self.service, "--revision", revision, "--instance", name, "--port", "\(port)", "--logs-url", logsURL,
                    "--logs-token-file", tokenFile, "--downstream", "\(entry)/\(DownstreamService.name)", "--quiet",
                ])
            instances.append(DemoInstance(name: name, revision: revision, port: port, process: process))
        }
        try startDownstream()
        for instance in instances + downstream { try await answers("http://127.0.0.1:\(instance.port)/health", instance.process) }
    }

    private func startDownstream() throws {
        let revisions = [DownstreamService.stable, DownstreamService.canary]
        for (revision, port) in zip(revisions, try FreePort.take(revisions.count)) {
            let name = "\(DownstreamService.name)-\(revision)"
            let process = try start(
                name, parts.service,
                ["--service", DownstreamService.name, "--revision", revision, "--instance", name, "--port", "\(port)", "--quiet"])
            downstream.append(DemoInstance(name: name, revision: revision, port: port, process: process))
        }
    }

    /// Starts Prometheus with one scrape a second of every instance.
    func startPrometheus() async throws {
        let port = try FreePort.take(1)[0]
        prometheus = "http://127.0.0.1:\(port)"
        let targets = instances.map { instance in
            """
                  - targets: ["127.0.0.1:\(instance.port)"]
                    labels: {service: \(Self.service), revision: \(instance.revision), instance: \(instance.name)}
            """
        }
        let configuration = """
            global: {scrape_interval: 1s, scrape_timeout: 900ms}
            scrape_configs:
              - job_name: \(Self.service)
                honor_labels: true
                static_configs:
            \(targets.joined(separator: "\n"))

            """
        let file = "\(folder)/prometheus.yml"
        try configuration.write(toFile: file, atomically: true, encoding: .utf8)
        let process = try start(
            "prometheus", parts.prometheus,
            [
                "--config.file=\(file)", "--storage.tsdb.path=\(folder)/prometheus", "--web.listen-address=127.0.0.1:\(port)",
                "--log.level=warn",
            ])
        try await answers("\(prometheus)/-/ready", process)
    }

    /// Lays out nginx with the two include lines that the NginxTraffic plugin asks for.
    func prepareNginx() throws -> TargetNode {
        let prefix = "\(folder)/nginx"
        for name in ["conf/tidegate/http", "conf/tidegate/locations", "logs", "tmp"] {
            try FileManager.default.createDirectory(atPath: "\(prefix)/\(name)", withIntermediateDirectories: true)
        }
        let user = geteuid() == 0 ? "user root;\n" : ""
        let temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map { "    \($0)_temp_path tmp/\($0);" }
        let configuration = """
            \(user)daemon off;
            worker_processes 2;
            worker_shutdown_timeout 2s;
            pcre_jit on;
            pid logs/nginx.pid;
            error_log logs/error.log warn;
            events { worker_connections 1024; }
            http {
                access_log off;
            \(temporary.joined(separator: "\n"))
                include tidegate/http/*.conf;
                server {
                    listen 127.0.0.1:\(nginxPorts[0]);
                    location / {
                        include tidegate/locations/\(Self.service)[.]conf;
                    }
                    location /\(DownstreamService.name)/ {
                        include tidegate/locations/\(DownstreamService.name)[.]conf;
                    }
                }
            }

            """
        try configuration.write(toFile: "\(prefix)/conf/nginx.conf", atomically: true, encoding: .utf8)
        return TargetNode(
            name: "local",
            configuration: [
                "prefix": .string(prefix), "conf": "conf/nginx.conf", "status": .string("http://127.0.0.1:\(nginxPorts[1])"),
                "errorLog": "logs/error.log", "coverageLog": "logs/coverage.log", "binary": .string(parts.nginx),
            ])
    }

    /// What nginx wrote about the colours of every request, one line each.
    var coverageLog: String { "\(folder)/nginx/logs/coverage.log" }

    func startNginx() async throws {
        let process = try start("nginx", parts.nginx, ["-p", "\(folder)/nginx/", "-c", "conf/nginx.conf", "-e", "logs/error.log"])
        try await answers("\(entry)/", process)
    }

    func stop() async {
        for process in processes.reversed() { await process.stop() }
        processes = []
    }

    /// The first part that ended although nobody asked it to.
    var fallen: SupervisedProcess? { processes.first { !$0.isRunning } }

    private func start(_ name: String, _ program: String, _ arguments: [String]) throws -> SupervisedProcess {
        let process = try SupervisedProcess(name: name, program: program, arguments: arguments, logFile: "\(folder)/\(name).log")
        processes.append(process)
        return process
    }

    /// Waits until a part answers on its port.
    private func answers(_ url: String, _ process: SupervisedProcess) async throws {
        let deadline = ContinuousClock.now + Self.patience
        while ContinuousClock.now < deadline {
            try Task.checkCancellation()
            guard process.isRunning else {
                throw ReleaseError(
                    .unavailable, "\(process.name) ended while it was starting: \(process.lastWords)", place: process.logFile)
            }
            if let response = try? await http.send(HTTPRequest(.get, url, timeout: .seconds(1))), response.status < 500 { return }
            try await Task.sleep(for: .milliseconds(50))
        }
        throw ReleaseError(.timedOut, "\(process.name) does not answer at \(url)", place: process.logFile)
    }
}
