import ArgumentParser
import Foundation
import ReleaseModel
import ReportText

/// One run of the command line: where it writes, and which environment it sees. Tests give their own.
struct Invocation: Sendable {
    /// The run that the present task belongs to.
    @TaskLocal static var current = Invocation()

    var console: Console = .process
    var environment: [String: String] = ProcessInfo.processInfo.environment

    /// Parses `arguments`, runs the command and says how it ended.
    ///
    /// - Returns: 0 for success, 1 for an error that was told, 64 for a command line that is not understood, and what a command
    ///   documents (`release status`).
    func run(_ arguments: [String]) async -> Int32 {
        await Self.$current.withValue(self) {
            do {
                var command = try Tidegate.parseAsRoot(arguments)
                if var asynchronous = command as? any AsyncParsableCommand {
                    try await asynchronous.run()
                } else {
                    try command.run()
                }
                return 0
            } catch {
                return tell(error)
            }
        }
    }

    private func tell(_ error: any Error) -> Int32 {
        switch error {
        case let error as ReleaseError:
            console.complain(ErrorText.text(of: error, console.style))
            return 1
        case let exit as ExitCode: return exit.rawValue
        case is CancellationError:
            console.complain("stopped")
            return 130
        default:
            let code = Tidegate.exitCode(for: error)
            let message = Tidegate.fullMessage(for: error)
            if code.isSuccess { console.line(message) } else if !message.isEmpty { console.complain(message) }
            return code.rawValue
        }
    }
}

/// How an error is told: what happened, where, and what to do.
enum ErrorText {
    static func text(of error: ReleaseError, _ style: Style) -> String {
        let place = error.place.map { lines($0)[0] + ": " } ?? ""
        var text = style("error:", .bold, .red) + " " + place + lines(error.reason).joined(separator: "\n")
        if let advice = error.advice { text += "\n" + lines(advice).map { "  \($0)" }.joined(separator: "\n") }
        return text
    }

    /// The lines of a text, each without control characters.
    private static func lines(_ text: String) -> [String] {
        text.split(separator: "\n", omittingEmptySubsequences: false).map { String($0).replacing("\t", with: "    ").printable }
    }
}
