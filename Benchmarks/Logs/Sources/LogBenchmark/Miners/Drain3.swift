import Foundation

/// Drain3 from PyPI, in a Python process: with its defaults, and with masks for addresses and numbers.
public struct Drain3: Sendable {
    public struct Found: Sendable {
        public var plain: MinedLog
        public var masked: MinedLog

        public init(plain: MinedLog, masked: MinedLog) {
            self.plain = plain
            self.masked = masked
        }
    }

    private struct Answer: Decodable {
        var plain: [Int]
        var plainLinesPerSecond: Double
        var masked: [Int]
        var maskedLinesPerSecond: Double
    }

    private let python: String
    private let script: URL

    public init(python: String, script: URL) {
        self.python = python
        self.script = script
    }

    /// Mines each log, and once more `runs` times for the speed. In the order of `logs`.
    public func mine(_ logs: [LabelledLog], runs: Int) throws -> [Found] {
        let folder = FileManager.default.temporaryDirectory.appending(path: "bench-logs-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let files = try logs.map { log in
            let file = folder.appending(path: log.system)
            try Data((log.messages.joined(separator: "\n") + "\n").utf8).write(to: file)
            return file.path
        }
        let answers = try JSONDecoder().decode([Answer].self, from: try run([script.path, "\(runs)"] + files))
        guard answers.count == logs.count else { throw Drain3Error.answer("it answered for \(answers.count) of \(logs.count) files") }
        return try zip(logs, answers).map { log, answer in
            guard answer.plain.count == log.labels.count, answer.masked.count == log.labels.count else {
                throw Drain3Error.answer("\(log.system): it saw \(answer.plain.count) lines of \(log.labels.count)")
            }
            return Found(
                plain: MinedLog(
                    accuracy: GroupingAccuracy.of(answer.plain, labels: log.labels), linesPerSecond: answer.plainLinesPerSecond),
                masked: MinedLog(
                    accuracy: GroupingAccuracy.of(answer.masked, labels: log.labels), linesPerSecond: answer.maskedLinesPerSecond))
        }
    }

    private func run(_ arguments: [String]) throws -> Data {
        let process = Process()
        process.executableURL = URL(filePath: python)
        process.arguments = arguments
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let data = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw Drain3Error.answer("it ended with status \(process.terminationStatus)") }
        return data
    }
}

public enum Drain3Error: Error, Equatable {
    case answer(String)
}
