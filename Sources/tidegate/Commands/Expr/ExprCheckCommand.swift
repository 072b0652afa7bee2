import ArgumentParser
import Predicates

struct ExprCheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Say whether an expression is right, and what it reads; exits 2 when it is wrong.",
        discussion: """
            An error names its place, shows the line with a caret, and says what would be right.

              tidegate expr check 'header["x-canary"] == "true"'
              tidegate expr check --file rule.lua -o json
            """)

    @OptionGroup
    var expression: ExpressionOptions

    @OptionGroup
    var output: OutputOptions

    /// What `-o json` prints.
    struct Report: Codable, Sendable {
        var valid: Bool
        /// The fields of a request that it reads, as the language writes them.
        var fields: [String]
        var error: Problem?

        struct Problem: Codable, Sendable {
            var code: String
            var message: String
            var file: String
            var line: Int
            var column: Int
            var suggestion: String?
        }
    }

    func run() throws {
        try ExpressionExit.run {
            do {
                let fields = try expression.predicate().slots.fields.map(\.description)
                try output.print(Report(valid: true, fields: fields)) { style in
                    [
                        style("ok", .green)
                            + (fields.isEmpty ? ", reads nothing of the request" : ", reads " + fields.joined(separator: ", "))
                    ]
                }
            } catch let error as ExpressionError where output.format == .json {
                let problem = Report.Problem(
                    code: error.code.rawValue, message: error.message, file: error.place.file, line: error.place.line,
                    column: error.place.column, suggestion: error.suggestion)
                try output.print(Report(valid: false, fields: [], error: problem)) { _ in [] }
                throw ExpressionExit.failed
            }
        }
    }
}
