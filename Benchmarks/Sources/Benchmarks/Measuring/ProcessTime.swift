import Foundation

/// Processor time that other processes have used, from the scheduler (`/proc/<pid>/task/<tid>/schedstat`).
enum ProcessTime {
    /// Nanoseconds of all threads of the processes; those that have ended count no more.
    static func nanoseconds(of processes: [Int32]) -> UInt64 {
        processes.reduce(0) { sum, process in
            let folder = "/proc/\(process)/task"
            let threads = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
            return sum + threads.reduce(0) { $0 + nanoseconds(ofThread: "\(folder)/\($1)/schedstat") }
        }
    }

    private static func nanoseconds(ofThread path: String) -> UInt64 {
        let text = (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
        return text.split(separator: " ").first.flatMap { UInt64($0) } ?? 0
    }
}
