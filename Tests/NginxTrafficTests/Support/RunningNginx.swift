import Foundation

@testable import NginxTraffic

/// A real nginx with a folder of its own; stopped with its owner.
final class RunningNginx: Sendable {
    static let program = "/usr/sbin/nginx"

    let folder: TemporaryFolder
    /// The time zone of its clock; nil is the machine's.
    let zone: String?

    /// Writes the main configuration and starts nginx.
    ///
    /// `main` is what stands at the top level besides what every test needs; `http` stands within `http { }`.
    init(main: String = "worker_shutdown_timeout 5s;", http: String, workers: Int = 1, starts: Bool = true, zone: String? = nil) throws {
        self.zone = zone
        folder = try TemporaryFolder()
        for name in ["conf", "logs", "tmp"] {
            try FileManager.default.createDirectory(atPath: "\(folder.path)/\(name)", withIntermediateDirectories: true)
        }
        try folder.write(Self.configuration(main: main, http: http, workers: workers), to: "conf/nginx.conf")
        if starts { try start() }
    }

    static func configuration(main: String, http: String, workers: Int = 1) -> String {
        """
        \(geteuid() == 0 ? "user root;" : "")
        worker_processes \(workers);
        \(main)
        pid logs/nginx.pid;
        error_log logs/error.log warn;
        events { worker_connections 2048; }
        http {
            access_log off;
            keepalive_requests 1000000;
            client_body_temp_path tmp/body; proxy_temp_path tmp/proxy; fastcgi_temp_path tmp/fastcgi;
            uwsgi_temp_path tmp/uwsgi; scgi_temp_path tmp/scgi;
        \(http)
        }
        """
    }

    /// Starts nginx and waits until its master has said who it is: the program returns when it has become a daemon, which is before that.
    func start() throws {
        try run([])
        let end = ContinuousClock.now + .seconds(20)
        while workers.isEmpty {
            guard ContinuousClock.now < end else {
                throw NginxFailure(reason: "nginx does not run:\n\(folder.read("logs/error.log") ?? "")")
            }
            usleep(2000)
        }
    }
    func test() throws { try run(["-t"]) }
    func reload() throws { try run(["-s", "reload"]) }

    var master: Int32? { folder.read("logs/nginx.pid").flatMap { Int32($0.trimmingCharacters(in: .whitespacesAndNewlines)) } }

    /// Process ids of the workers, shutting down or not.
    var workers: [Int32] {
        guard let master, let text = try? String(contentsOfFile: "/proc/\(master)/task/\(master)/children", encoding: .utf8) else {
            return []
        }
        return text.split(separator: " ").compactMap { Int32($0.trimmingCharacters(in: .whitespacesAndNewlines)) }
    }

    private func run(_ arguments: [String]) throws {
        let run = try ProgramRun(
            "/usr/bin/env",
            (zone.map { ["TZ=\($0)"] } ?? []) + [Self.program, "-p", folder.path + "/", "-c", "conf/nginx.conf", "-e", "logs/error.log"]
                + arguments,
            deadline: .now + .seconds(20), maximumOutput: 1 << 20)
        guard run.status == 0 else { throw NginxFailure(reason: run.errors) }
    }

    func stop() {
        guard let master, master > 1, FileManager.default.fileExists(atPath: "/proc/\(master)") else { return }
        kill(master, SIGTERM)
        let end = ContinuousClock.now + .seconds(10)
        while FileManager.default.fileExists(atPath: "/proc/\(master)"), ContinuousClock.now < end { usleep(5000) }
    }

    deinit { stop() }
}
