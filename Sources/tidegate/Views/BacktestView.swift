import ReleaseModel
import ReportText
import RolloutScripts

/// The table of a backtest.
struct BacktestView {
    let report: PolicyBacktestCommand.Report

    func lines(_ style: Style) -> [String] {
        guard !report.results.isEmpty else { return ["no releases"] }
        var table = Table([
            .init("RELEASE"), .init("ENDED"), .init("UNDER \(report.policy)"), .init("BECAUSE"), .init("WINDOWS", .right), .init(""),
        ])
        for result in report.results {
            let mark: Table.Cell =
                switch result.comparison {
                case .same: .init("same", .dim)
                case .otherwise: .init("OTHERWISE", .yellow)
                case .unknown: .init("not known", .dim)
                }
            table.add([
                .init(result.release), .init(Self.text(result.recorded)), .init(Self.text(result.replayed)),
                .init(result.replayed?.because ?? ""), .init("\(result.windows)"), mark,
            ])
        }
        let notes = report.results.flatMap { result in
            (result.differsFrom.map {
                [
                    "\(result.release): from \(Self.short($0)) on the weights differ, and what was measured was measured under the recorded ones"
                ]
            } ?? [])
                + result.caveats.map { "\(result.release): \($0)" }
        }
        let otherwise = report.results.count { $0.comparison == .otherwise }
        let unknown = report.results.count { $0.comparison == .unknown }
        return table.lines(style) + notes.map { style($0.printable, .dim) } + [
            "\(otherwise) of \(report.results.count) would have ended otherwise" + (unknown > 0 ? ", \(unknown) not known" : "")
        ]
    }

    private static func text(_ ending: BacktestResult.Ending?) -> String {
        guard let ending else { return "nothing decided" }
        let word =
            switch ending.end {
            case .promoted: "promoted"
            case .rolledBack: "rolled back"
            case .stopped: "stopped"
            case .paused: "paused"
            case .open: "not over"
            }
        return "\(word) after \(short(ending.after))"
    }

    private static func short(_ span: TimeSpan) -> String { "\(TimeSpan.seconds(span.seconds.rounded()))" }
}
