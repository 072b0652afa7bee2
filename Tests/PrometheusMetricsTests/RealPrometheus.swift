import Foundation
import HTTPClient

/// A Prometheus of its own on a free loopback port, loaded with a history of exact points. Everything is removed again by `stop`.
final class RealPrometheus {
    let url: String
    private let directory: String
    private let process = Process()

    /// - Parameters:
    ///   - history: lines of the OpenMetrics text format with times; `# EOF` is added.
    ///   - takesNativeHistograms: with them switched on, and remote writes taken.
    ///   - tls: it speaks TLS only, and asks for a certificate of the same authority.
    init(history: String, takesNativeHistograms: Bool = false, tls: TestAuthority? = nil) throws {
        directory = "/tmp/tidegate-prometheus-\(UUID().uuidString)"
        let data = directory + "/data"
        try FileManager.default.createDirectory(atPath: data, withIntermediateDirectories: true)
        try "global: {}\n".write(toFile: directory + "/prometheus.yml", atomically: true, encoding: .utf8)
        if !history.isEmpty {
            try (history + "\n# EOF\n").write(toFile: directory + "/history", atomically: true, encoding: .utf8)
            try Self.load(directory + "/history", into: data)
        }
        let port = try Self.freePort()
        url = (tls == nil ? "http" : "https") + "://127.0.0.1:\(port)"
        process.executableURL = URL(fileURLWithPath: "/usr/bin/prometheus")
        process.arguments = [
            "--config.file=\(directory)/prometheus.yml", "--storage.tsdb.path=\(data)", "--web.listen-address=127.0.0.1:\(port)",
            "--storage.tsdb.retention.time=100y", "--log.level=error",
        ]
        if takesNativeHistograms {
            process.arguments? += ["--web.enable-remote-write-receiver", "--enable-feature=native-histograms"]
        }
        var ready = HTTPClient.Configuration()
        if let tls {
            let web = """
                tls_server_config:
                  cert_file: \(tls.certificate)
                  key_file: \(tls.key)
                  client_auth_type: RequireAndVerifyClientCert
                  client_ca_file: \(tls.authority)
                """
            try web.write(toFile: directory + "/web.yml", atomically: true, encoding: .utf8)
            process.arguments? += ["--web.config.file=\(directory)/web.yml"]
            ready.certificateAuthorityFile = tls.authority
            ready.clientCertificateFile = tls.certificate
            ready.clientKeyFile = tls.key
        }
        process.standardError = FileHandle.nullDevice
        try process.run()
        let client = HTTPClient(configuration: ready)
        let deadline = ContinuousClock.now + .seconds(30)
        while ContinuousClock.now < deadline, process.isRunning {
            if let answer = try? client.sendBlocking(HTTPRequest(.get, url + "/-/ready", timeout: .seconds(2))), answer.status == 200 {
                return
            }
        }
        stop()
        throw POSIXError(.ETIMEDOUT)
    }

    /// A child inherits the signal mask of the thread that started it, and Swift's worker threads block SIGTERM: so SIGKILL.
    func stop() {
        if process.isRunning { kill(process.processIdentifier, SIGKILL) }
        process.waitUntilExit()
        try? FileManager.default.removeItem(atPath: directory)
    }

    /// Stands still, its connections open, as a machine that swaps or a process that is being debugged.
    ///
    /// The signal is on its way when `kill` returns; it has arrived once no thread runs any more.
    func freeze() throws {
        kill(process.processIdentifier, SIGSTOP)
        let tasks = "/proc/\(process.processIdentifier)/task"
        let end = ContinuousClock.now + .seconds(30)
        while ContinuousClock.now < end {
            let threads = try FileManager.default.contentsOfDirectory(atPath: tasks)
            let isStill = threads.allSatisfy { thread in
                // "pid (name) state ...": a name may hold anything, so the state is what follows the last parenthesis.
                let line = (try? String(contentsOfFile: "\(tasks)/\(thread)/stat", encoding: .utf8)) ?? ""
                return line.split(separator: ")").last?.split(separator: " ").first == "T"
            }
            if isStill { return }
            usleep(1000)
        }
        throw POSIXError(.ETIMEDOUT)
    }

    func thaw() { kill(process.processIdentifier, SIGCONT) }

    private static func load(_ history: String, into data: String) throws {
        let tool = Process()
        tool.executableURL = URL(fileURLWithPath: "/usr/bin/promtool")
        tool.arguments = ["tsdb", "create-blocks-from", "openmetrics", history, data]
        tool.standardOutput = FileHandle.nullDevice
        try tool.run()
        tool.waitUntilExit()
        guard tool.terminationStatus == 0 else { throw POSIXError(.EINVAL) }
    }

    static func freePort() throws -> Int {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let bound = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, length) == 0 && getsockname(descriptor, $0, &length) == 0
            }
        }
        guard bound else { throw POSIXError(.EADDRINUSE) }
        return Int(UInt16(bigEndian: address.sin_port))
    }
}

/// Points of series, written the way promqltest writes them: values from time 0 on, `_` for none.
struct History {
    /// Seconds since 1970 of time 0.
    static let origin = 1_760_000_400.0
    private(set) var lines: [(name: String, line: String)] = []

    /// One series with a value every `step` seconds.
    mutating func add(_ name: String, _ labels: String, step: Double = 15, _ values: String) {
        for (index, value) in values.split(separator: " ").enumerated() where value != "_" {
            lines.append((name, "\(name){\(labels)} \(value) \(Int(Self.origin + Double(index) * step))"))
        }
    }

    /// All points of a metric stand together under its type, as the format wants.
    var text: String {
        var order: [String] = []
        for (name, _) in lines where !order.contains(name) { order.append(name) }
        return order.map { name in
            (["# TYPE \(name) unknown"] + lines.filter { $0.name == name }.map(\.line)).joined(separator: "\n")
        }.joined(separator: "\n")
    }
}
