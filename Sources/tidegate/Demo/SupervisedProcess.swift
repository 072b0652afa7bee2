import Foundation
import ReleaseModel

/// A program that runs as long as this process wants it to, and no longer than this process lives.
///
/// It is started under a shell that waits on a pipe: when the pipe closes, because `stop` closed it or because this process
/// died in whatever way, the shell ends the program. Output goes to a log file.
final class SupervisedProcess: Sendable {
    /// How long a program may take to end by itself before it is killed.
    static let patience: Duration = .seconds(8)

    /// Runs the command in the background, waits for its standard input to close, ends the command, and kills it after a while.
    private static let supervisor = """
        "$@" </dev/null & child=$!
        (while kill -0 $child 2>/dev/null; do sleep 0.2; done; kill $$ 2>/dev/null) & watch=$!
        trap 'kill -TERM $child 2>/dev/null; kill $watch 2>/dev/null; wait $child; exit $?' TERM
        cat >/dev/null
        kill $watch 2>/dev/null
        kill -TERM $child 2>/dev/null
        wait $child
        """

    let name: String
    let logFile: String
    private let process: Process
    private let lifeline: Pipe

    /// - Throws: `unavailable` when the program cannot be started.
    init(name: String, program: String, arguments: [String], logFile: String, environment: [String: String]? = nil) throws {
        self.name = name
        self.logFile = logFile
        lifeline = Pipe()
        process = Process()
        process.executableURL = URL(filePath: "/bin/sh")
        process.arguments = ["-c", Self.supervisor, "sh", program] + arguments
        process.standardInput = lifeline
        if let environment { process.environment = environment }
        guard FileManager.default.createFile(atPath: logFile, contents: nil), let log = FileHandle(forWritingAtPath: logFile) else {
            throw ReleaseError(.forbidden, "its log cannot be written", place: logFile)
        }
        process.standardOutput = log
        process.standardError = log
        // No other child may inherit the end that keeps this one alive.
        _ = fcntl(lifeline.fileHandleForWriting.fileDescriptor, F_SETFD, FD_CLOEXEC)
        do {
            try process.run()
        } catch {
            throw ReleaseError(.unavailable, "\(name) cannot be started: \(error.localizedDescription)", place: program)
        }
    }

    var isRunning: Bool { process.isRunning }

    /// The last lines of what it printed, for an error message.
    var lastWords: String {
        let text = (try? String(contentsOfFile: logFile, encoding: .utf8)) ?? ""
        return text.split(separator: "\n").suffix(3).joined(separator: "\n")
    }

    /// Ends the program and waits until it is gone.
    func stop() async {
        try? lifeline.fileHandleForWriting.close()
        let deadline = ContinuousClock.now + Self.patience
        while process.isRunning, ContinuousClock.now < deadline { await Self.pause() }
        if process.isRunning { kill(process.processIdentifier, SIGKILL) }
    }

    /// Waits a little, also in a cancelled task: ending things must not be hurried by the reason for ending them.
    private static func pause() async {
        await withCheckedContinuation { continuation in
            DispatchQueue.global().asyncAfter(deadline: .now() + .milliseconds(20)) { continuation.resume() }
        }
    }
}
