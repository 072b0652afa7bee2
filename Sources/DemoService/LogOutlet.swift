import Foundation
import Synchronization

/// Where log lines go: bounded queues to standard output and to a Loki endpoint. Writing never waits; what does not fit is counted.
final class LogOutlet: Sendable {
    static let maximumQueued = 10_000
    static let maximumBatch = 1000

    struct Entry: Sendable {
        var time: Date
        var severity: LogLine.Severity
        var json: String
    }

    private struct State {
        var written = 0
        var dropped = 0
        var forShipping: [Entry] = []
        var forOutput: [String] = []
        var outputBusy = false
    }

    private let state = Mutex(State())
    private let ships: Bool
    private let prints: Bool
    private let outputQueue = DispatchQueue(label: "log output")

    init(ships: Bool, prints: Bool) {
        self.ships = ships
        self.prints = prints
    }

    func write(_ line: LogLine, time: Date) {
        let startsOutput = state.withLock { state in
            state.written += 1
            let json = line.json(time: time, thread: state.written % 8 + 1)
            if ships {
                if state.forShipping.count < Self.maximumQueued {
                    state.forShipping.append(Entry(time: time, severity: line.severity, json: json))
                } else {
                    state.dropped += 1
                }
            }
            guard prints, state.forOutput.count < Self.maximumQueued else { return false }
            state.forOutput.append(json)
            defer { state.outputBusy = true }
            return !state.outputBusy
        }
        if startsOutput { outputQueue.async { self.drainOutput() } }
    }

    /// The oldest entries that wait to be shipped, at most one batch.
    func takeBatch() -> [Entry] {
        state.withLock { state in
            let batch = Array(state.forShipping.prefix(Self.maximumBatch))
            state.forShipping.removeFirst(batch.count)
            return batch
        }
    }

    /// Counts entries that were taken and could not be delivered.
    func drop(_ count: Int) { state.withLock { $0.dropped += count } }

    var written: Int { state.withLock { $0.written } }
    /// Entries that never reached the endpoint.
    var dropped: Int { state.withLock { $0.dropped } }

    /// Runs on a queue of its own: a pipe that nobody reads blocks this and nothing else.
    private func drainOutput() {
        while true {
            let lines = state.withLock { state in
                let lines = state.forOutput
                state.forOutput = []
                if lines.isEmpty { state.outputBusy = false }
                return lines
            }
            if lines.isEmpty { return }
            try? FileHandle.standardOutput.write(contentsOf: Data((lines.joined(separator: "\n") + "\n").utf8))
        }
    }
}
