import ReleaseModel
import ReleaseServer
import ReportText

/// How a demo ended, for people and (with `-o json`) for programs.
struct DemoSummary: Codable, Sendable {
    var scenario: String
    var release: ReleaseID
    var finalState: ReleaseState
    /// The canary's weight in percent as read back from nginx at the end; nil where it could not be read.
    var observedWeight: Double?
    var decisions: [DecisionView]
    /// From the beginning of the fault to the first reading of weight 0 from nginx; nil without a fault or without a rollback.
    var faultToZeroSeconds: Double?
    /// By the canary's own count.
    var canaryRequests: Int
    var requests: Int
    /// Errors that users saw, of either revision.
    var userErrors: Int
    /// What became of the colours that requests were given at the first hop; nil where nginx kept no record.
    var colors: DemoColors?
    /// Where the database and the logs are kept; nil where they are removed.
    var folder: String?

    func lines(_ style: Style) -> [String] {
        var rows = [
            ("final state", style(finalState.rawValue, .bold, finalState == .promoted ? .green : .yellow)),
            ("canary weight in nginx", observedWeight.map { "\(ReadingText.number($0))%" } ?? "not readable"),
            ("requests", "\(requests), of which the canary served \(canaryRequests)"),
            ("errors that users saw", "\(userErrors)"),
        ]
        if let colors { rows.append(("coloured requests", colors.text)) }
        if let seconds = faultToZeroSeconds { rows.append(("from fault to weight 0", "\(ReadingText.number(seconds)) s")) }
        if let folder { rows.append(("kept in", folder)) }
        let width = (rows.map(\.0.count).max() ?? 0) + 2
        return [style("decisions", .dim)] + decisions.map { "  " + DecisionLine(record: $0).text(style) } + [""]
            + rows.map { style($0.0, .dim) + String(repeating: " ", count: width - $0.0.count) + $0.1 }
    }
}
