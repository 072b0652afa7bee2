internal import Foundation
internal import PluginKit

/// The running master of one nginx and its workers, as /proc shows them.
struct MasterProcess: Sendable, Hashable {
    struct Worker: Sendable, Hashable {
        let pid: Int32
        /// Serves what it has and takes no new connections.
        let isShuttingDown: Bool
    }

    let pid: Int32

    /// The master that a pid file names; nil when there is none, or when the process is another one by now.
    init?(pidFile: String) {
        guard let text = try? String(contentsOfFile: pidFile, encoding: .utf8),
            let pid = Int32(text.trimmingCharacters(in: .whitespacesAndNewlines)), pid > 1,
            Self.title(pid).hasPrefix("nginx: master process")
        else { return nil }
        self.pid = pid
    }

    /// Its workers, by process id. A child that is gone in the meantime is left out.
    func workers() -> [Worker] {
        let children = (try? String(contentsOfFile: "/proc/\(pid)/task/\(pid)/children", encoding: .utf8)) ?? ""
        return children.split(separator: " ").compactMap { Int32($0.trimmingCharacters(in: .whitespacesAndNewlines)) }.compactMap { child in
            let title = Self.title(child)
            guard title.hasPrefix("nginx: worker process") else { return nil }
            return Worker(pid: child, isShuttingDown: title.contains("shutting down"))
        }
    }

    var isAlive: Bool { Self.title(pid).hasPrefix("nginx: master process") }
    var isDraining: Bool { workers().contains(where: \.isShuttingDown) }

    /// Asks the master to read its configuration again and to replace its workers.
    func reload() throws(PluginFailure) {
        guard kill(pid, SIGHUP) == 0 else {
            throw PluginFailure(code: "refused", reason: "the nginx master \(pid) cannot be signalled: \(String(cString: strerror(errno)))")
        }
    }

    private static func title(_ pid: Int32) -> String {
        guard let bytes = FileManager.default.contents(atPath: "/proc/\(pid)/cmdline") else { return "" }
        return String(decoding: bytes, as: UTF8.self)
    }
}
