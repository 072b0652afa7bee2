import Foundation
import Glibc
import Synchronization

/// Stops what still runs when the program ends by exit() or by returning from main: the last resort after `stop()`.
/// A program that is killed does not get here; its server is found by the next start.
enum ExitGuard {
    private struct Entry {
        let processID: pid_t
        let signal: Int32
        let folderToRemove: String?
    }

    private struct State {
        var entries: [Entry] = []
        var isRegistered = false
        /// The program is ending: nothing is started any more.
        var isEnding = false
    }

    /// The program's end waits so long for its servers.
    static let patienceMilliseconds = 10_000
    private static let state = Mutex(State())

    static var isEnding: Bool { state.withLock { $0.isEnding } }

    /// Begins to watch the process that `start` returns. In one step with its start, so that no end of the program falls in between;
    /// nil, and nothing is started, when the program is ending already.
    static func watch<Failure: Error>(
        signal: Int32, removing folder: String?, _ start: () throws(Failure) -> ChildProcess
    ) throws(Failure) -> ChildProcess? {
        try state.withLock { state throws(Failure) -> ChildProcess? in
            if state.isEnding { return nil }
            let child = try start()
            add(Entry(processID: child.processID, signal: signal, folderToRemove: folder), to: &state)
            return child
        }
    }

    /// Begins to watch a process that runs already.
    static func watch(_ processID: pid_t, signal: Int32, removing folder: String?) {
        state.withLock { state in add(Entry(processID: processID, signal: signal, folderToRemove: folder), to: &state) }
    }

    private static func add(_ entry: Entry, to state: inout State) {
        state.entries.append(entry)
        if !state.isRegistered {
            state.isRegistered = true
            atexit { ExitGuard.stopEverything() }
        }
    }

    static func forget(_ processID: pid_t) {
        state.withLock { state in state.entries.removeAll { $0.processID == processID } }
    }

    private static func stopEverything() {
        let entries = state.withLock { state in
            state.isEnding = true
            defer { state.entries = [] }
            return state.entries
        }
        for entry in entries { kill(entry.processID, entry.signal) }
        for entry in entries {
            var left = patienceMilliseconds
            while left > 0, Postmaster.isAlive(entry.processID) {
                usleep(5000)
                left -= 5
            }
            if let folder = entry.folderToRemove { try? FileManager.default.removeItem(atPath: folder) }
        }
    }
}
