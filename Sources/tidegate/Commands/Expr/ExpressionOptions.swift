import ArgumentParser
import Foundation
import Predicates
import ReleaseModel
import ReportText

/// Where an expression comes from: the command line, a file, or standard input where neither is given.
struct ExpressionOptions: ParsableArguments, Sendable {
    @Argument(help: ArgumentHelp("The expression; without it and --file, standard input is read.", valueName: "expression"))
    var expression: String?

    @Option(name: [.short, .long], help: ArgumentHelp("Read the expression from a file; - is standard input.", valueName: "file"))
    var file: String?

    func validate() throws {
        if expression != nil, file != nil { throw ValidationError("An expression is given either as an argument or by --file.") }
    }

    /// Whether standard input is read.
    var readsStandardInput: Bool { expression == nil && (file ?? "-") == "-" }

    /// The text, and the place that errors name.
    func source() throws(ReleaseError) -> (text: String, place: String) {
        if let expression { return (expression, "expression") }
        let input = InputFile(file ?? "-")
        if file == nil, isatty(STDIN_FILENO) == 1 {
            throw ReleaseError(
                .invalidInput, "there is no expression", place: "standard input",
                advice: "give it as an argument, by --file, or pipe it: echo 'path == \"/\"' | tidegate expr check")
        }
        return (try input.text(), input.place)
    }

    /// The expression compiled, with the fields that it reads.
    func predicate() throws -> (predicate: RequestPredicate, slots: RequestSlots) {
        let (text, place) = try source()
        var slots = RequestSlots()
        let predicate = try RequestPredicate(text, slots: &slots, place: SourcePlace(file: place))
        return (predicate, slots)
    }
}

/// How the commands about expressions end where something is wrong.
enum ExpressionExit {
    /// The status of a command that could not answer; 0 and 1 are answers.
    static let failed = ExitCode(2)

    /// Runs `body`; an error is told, and the command exits 2.
    static func run(_ body: () throws -> Void) throws {
        let console = Invocation.current.console
        do {
            try body()
        } catch let error as ReleaseError {
            console.complain(ErrorText.text(of: error, console.style))
            throw failed
        } catch let error as ExpressionError {
            console.complain(
                error.description.split(separator: "\n", omittingEmptySubsequences: false).map { $0.cleaned }.joined(separator: "\n"))
            throw failed
        }
    }
}

extension StringProtocol {
    /// This line without control characters, tabs kept so that a caret stays under its column.
    fileprivate var cleaned: String {
        split(separator: "\t", omittingEmptySubsequences: false).map { String($0).printable }.joined(separator: "\t")
    }
}
