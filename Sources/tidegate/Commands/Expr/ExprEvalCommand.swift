import ArgumentParser
import Predicates
import ReleaseModel
import ReportText
import Routing

struct ExprEvalCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "eval", abstract: "Evaluate an expression for one request; exits 0 for true, 1 for false, 2 for an error.",
        discussion: """
            The request is given as JSON or by flags like curl's.

              tidegate expr eval 'header["x-canary"] == "true"' -H 'x-canary: true'
              tidegate expr eval 'path:match("^/cart/") ~= nil and cookie.uid' --url /cart/7 -b uid=7
              echo '{"url": "/", "headers": {"x-canary": "true"}}' | tidegate expr eval --file rule.lua --request -
            """)

    @OptionGroup
    var expression: ExpressionOptions

    @OptionGroup(title: "Request")
    var request: RequestOptions

    @OptionGroup
    var output: OutputOptions

    /// What `-o json` prints.
    struct Report: Codable, Sendable {
        struct Field: Codable, Sendable {
            var field: String
            /// nil when the request does not have it.
            var value: String?
        }

        /// nil when the expression could not be evaluated, which in a rule is no match.
        var value: Bool?
        var reason: String
        /// What the expression read.
        var fields: [Field]
    }

    func validate() throws {
        if expression.readsStandardInput, request.request == "-" {
            throw ValidationError("Standard input cannot be both the expression and the request.")
        }
    }

    func run() throws {
        var report: Report?
        try ExpressionExit.run { report = try evaluated() }
        guard let report else { return }
        try output.print(report) { _ in report.value.map { ["\($0)"] } ?? [] }
        switch report.value {
        case true: return
        case false: throw ExitCode(1)
        case nil:
            if output.format == .table { Invocation.current.console.complain("error: \(report.reason.printable)") }
            throw ExpressionExit.failed
        }
    }

    private func evaluated() throws -> Report {
        let (predicate, slots) = try expression.predicate()
        let given = try request.given()
        let values = slots.fields.map { field in
            if case .tag(let tag) = field { return given.tags.contains(tag) ? ByteString("1") : nil }
            return given.request.value(of: field)
        }
        let fields = zip(slots.fields, values).map { Report.Field(field: $0.description, value: $1?.text) }
        do {
            let view = RequestView(values: values, now: given.now.microseconds / 1_000_000)
            let value = try predicate.evaluate(view)
            return Report(value: value, reason: Self.reason(value, fields), fields: fields)
        } catch {
            return Report(value: nil, reason: "it cannot be evaluated: \(error)", fields: fields)
        }
    }

    private static func reason(_ value: Bool, _ fields: [Report.Field]) -> String {
        let read = fields.map { field in "\(field.field) is \(field.value.map { "\"\($0)\"" } ?? "absent")" }
        return "it is \(value)" + (read.isEmpty ? " whatever the request" : ", as " + read.joined(separator: ", "))
    }
}
