import Foundation
import ReleaseModel
import Synchronization

/// The built `tidegate`, run as a process.
final class Program: Sendable {
    /// The longest that a start or an end may take on a busy machine.
    static let patience: Duration = .seconds(120)

    // Process is used from the test's task only, apart from what Foundation itself does.
    private let process: Mutex<Process>
    private let outputFile: String
    private let errorFile: String

    private init(_ arguments: [String], folder: String) throws {
        let executable = URL(fileURLWithPath: CommandLine.arguments[0]).resolvingSymlinksInPath().deletingLastPathComponent()
            .appendingPathComponent("tidegate")
        outputFile = "\(folder)/\(UUID().uuidString).out"
        errorFile = "\(folder)/\(UUID().uuidString).err"
        let process = Process()
        process.executableURL = executable
        process.arguments = arguments
        for (file, assign) in [(outputFile, \Process.standardOutput), (errorFile, \Process.standardError)] {
            FileManager.default.createFile(atPath: file, contents: nil)
            process[keyPath: assign] = FileHandle(forWritingAtPath: file)
        }
        try process.run()
        self.process = Mutex(process)
    }

    static func serve(data: String, plugins: String, listen: String = "127.0.0.1:0") throws -> Program {
        try Program(["serve", "--data", data, "--plugins", plugins, "--listen", listen, "--log-level", "warning"], folder: plugins)
    }

    static func edge(plans: String, folder: String, listen: String = "127.0.0.1:0") throws -> Program {
        try Program(["edge", "--plans", plans, "--listen", listen, "--threads", "1"], folder: folder)
    }

    var output: String { (try? String(contentsOfFile: outputFile, encoding: .utf8)) ?? "" }
    var errors: String { (try? String(contentsOfFile: errorFile, encoding: .utf8)) ?? "" }

    /// The address that the server says it listens on.
    func url() async throws -> String {
        let deadline = ContinuousClock.now + Self.patience
        while ContinuousClock.now < deadline {
            if let line = output.split(separator: "\n").first(where: { $0.contains("listens on") }) {
                return String(line.split(separator: " ").last ?? "")
            }
            if !process.withLock({ $0.isRunning }) { throw ReleaseError(.unavailable, "serve ended: \(errors)") }
            try await Task.sleep(for: .milliseconds(50))
        }
        kill()
        throw ReleaseError(.timedOut, "serve did not start: \(errors)")
    }

    func terminate() { process.withLock { $0.terminate() } }

    func interrupt() { process.withLock { $0.interrupt() } }

    func kill() { _ = process.withLock { Foundation.kill($0.processIdentifier, SIGKILL) } }

    /// The exit status; a process that does not end in time is killed.
    func end() async throws -> Int32 {
        let deadline = ContinuousClock.now + Self.patience
        while process.withLock({ $0.isRunning }) {
            if ContinuousClock.now > deadline {
                kill()
                throw ReleaseError(.timedOut, "the program did not end: \(errors)")
            }
            try await Task.sleep(for: .milliseconds(50))
        }
        return process.withLock { $0.terminationStatus }
    }
}
