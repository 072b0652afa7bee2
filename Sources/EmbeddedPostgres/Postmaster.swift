import Foundation
import Glibc

/// The server process of a cluster, as the file postmaster.pid tells of it.
struct Postmaster: Sendable, Hashable {
    let processID: pid_t
    /// `ready` once connections are accepted (the eighth line of the file).
    let status: String

    /// nil when there is no such file, or it is being written.
    static func read(cluster: String) -> Postmaster? {
        guard let text = try? String(contentsOfFile: "\(cluster)/postmaster.pid", encoding: .utf8) else { return nil }
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map { $0.trimmingCharacters(in: .whitespaces) }
        guard let processID = lines.first.flatMap({ pid_t($0) }), processID > 0 else { return nil }
        return Postmaster(processID: processID, status: lines.count > 7 ? lines[7] : "")
    }

    /// The server that runs on this cluster, whoever started it; nil when the file is stale: the process is gone, or another
    /// one has its number. A server works in its cluster's folder.
    static func running(cluster: String) -> Postmaster? {
        guard let postmaster = read(cluster: cluster), isAlive(postmaster.processID) else { return nil }
        let folder = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(postmaster.processID)/cwd")
        return folder == cluster ? postmaster : nil
    }

    /// False for a zombie: it has ended and its parent has not asked yet.
    static func isAlive(_ processID: pid_t) -> Bool {
        guard let status = try? String(contentsOfFile: "/proc/\(processID)/stat", encoding: .utf8) else { return false }
        // The state stands after the program's name, which is in parentheses and may hold anything.
        guard let end = status.lastIndex(of: ")") else { return false }
        let state = status[status.index(after: end)...].first { $0 != " " }
        return state != "Z" && state != "X"
    }
}
