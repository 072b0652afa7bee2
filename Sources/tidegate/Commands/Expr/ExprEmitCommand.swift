import ArgumentParser
import NginxPrinting
import Predicates
import ReleaseModel

struct ExprEmitCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "emit", abstract: "Print an expression for another place: nginx maps, or Swift.",
        discussion: """
            Where a place cannot carry a part of the expression, the part is named and the command exits 2.

              tidegate expr emit --target nginx --name testers 'header["x-canary"] == "true"'
              echo 'ngx.var.http_x_canary == "true"' | tidegate expr emit --target swift
            """)

    /// A place in which expressions run.
    enum Place: String, ExpressibleByArgument, CaseIterable, Sendable {
        /// `map`, `geo` and `split_clients` blocks for http level.
        case nginx
        /// A function over the slots of a request.
        case swift
    }

    @OptionGroup
    var expression: ExpressionOptions

    @Option(help: "For what: \(Place.allCases.map(\.rawValue).joined(separator: ", ")).")
    var target: Place

    @Option(help: "What the variable, or the function, is called.")
    var name = "matches"

    @OptionGroup
    var output: OutputOptions

    /// What `-o json` prints.
    struct Report: Codable, Sendable {
        var target: String
        var name: String
        var text: String
    }

    func run() throws {
        try ExpressionExit.run {
            let predicate = try expression.predicate().predicate
            let text = try text(of: predicate)
            try output.print(Report(target: target.rawValue, name: name, text: text)) { _ in
                var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
                if lines.last == "" { lines.removeLast() }
                return lines
            }
        }
    }

    private func text(of predicate: RequestPredicate) throws -> String {
        switch target {
        case .swift: return SwiftPrinter.source(of: predicate, name: name)
        case .nginx:
            do {
                return try NginxPrinter.maps(for: predicate, name: name)
            } catch {
                throw ReleaseError(
                    .dataPlaneRefused, "nginx cannot carry \(error.part): \(error.reason)", place: error.place ?? predicate.source,
                    advice: "`tidegate edge` decides it beside nginx, by auth_request")
            }
        }
    }
}
