import Foundation

/// A real nginx with one worker and a folder of its own; stopped and removed with its owner.
final class NginxProcess {
    static let program = "/usr/sbin/nginx"
    /// Of the package libnginx-mod-http-lua.
    static let luaModules = ["ndk_http_module.so", "ngx_http_lua_module.so"].map { "/usr/lib/nginx/modules/\($0)" }

    let folder: String
    private let process = Process()

    struct Failure: Error, CustomStringConvertible { let description: String }

    /// - Parameters:
    ///   - main: further lines at the top level.
    ///   - http: what stands within `http { }`.
    init(main: String = "", http: String) throws {
        folder = "/tmp/tidegate-bench-\(UUID().uuidString.prefix(8).lowercased())"
        for name in ["conf", "logs", "tmp"] {
            try FileManager.default.createDirectory(atPath: "\(folder)/\(name)", withIntermediateDirectories: true)
        }
        let text = """
            \(main)
            daemon off;
            \(geteuid() == 0 ? "user root;" : "")
            worker_processes 1;
            worker_shutdown_timeout 5s;
            pcre_jit on;
            pid logs/nginx.pid;
            error_log logs/error.log warn;
            events { worker_connections 2048; }
            http {
                access_log off;
                keepalive_requests 100000000;
                client_body_temp_path tmp/body; proxy_temp_path tmp/proxy; fastcgi_temp_path tmp/fastcgi;
                uwsgi_temp_path tmp/uwsgi; scgi_temp_path tmp/scgi;
            \(http)
            }
            """
        try Data(text.utf8).write(to: URL(filePath: "\(folder)/conf/nginx.conf"))
        process.executableURL = URL(filePath: Self.program)
        process.arguments = ["-p", folder + "/", "-c", "conf/nginx.conf", "-e", "logs/error.log"]
        process.standardError = FileHandle.nullDevice
        try process.run()
        let end = ContinuousClock.now + .seconds(20)
        while workers.isEmpty {
            guard ContinuousClock.now < end, process.isRunning else {
                let log = (try? String(contentsOfFile: "\(folder)/logs/error.log", encoding: .utf8)) ?? ""
                throw Failure(description: "nginx does not run: \(log.suffix(2000))")
            }
            usleep(2000)
        }
    }

    var master: Int32? {
        (try? String(contentsOfFile: "\(folder)/logs/nginx.pid", encoding: .utf8))
            .flatMap { Int32($0.trimmingCharacters(in: .whitespacesAndNewlines)) }
    }

    /// Process ids of the workers.
    var workers: [Int32] {
        guard let master, let text = try? String(contentsOfFile: "/proc/\(master)/task/\(master)/children", encoding: .utf8) else {
            return []
        }
        return text.split(whereSeparator: \.isWhitespace).compactMap { Int32($0) }
    }

    deinit {
        process.terminate()
        process.waitUntilExit()
        try? FileManager.default.removeItem(atPath: folder)
    }
}
