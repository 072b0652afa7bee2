import ReleaseModel
import ReportText
import RolloutScripts

/// The table of a simulation.
struct SimulationView {
    let report: PolicySimulateCommand.Report

    func lines(_ style: Style) -> [String] {
        var table = Table([
            .init("SCENARIO"), .init("WANTED"), .init("PROMOTED", .right), .init("ROLLED BACK", .right), .init("WAITING", .right),
            .init("DELAY", .right), .init("SLOWEST", .right), .init("BAD REQUESTS", .right), .init("SHARE", .right), .init("ASKED", .right),
            .init("TIME", .right), .init("MOSTLY BECAUSE"),
        ])
        for scenario in report.scenarios {
            let good = scenario.unwanted == 0
            table.add([
                .init(scenario.scenario), .init(scenario.wanted.text, good ? .green : .red), .init("\(scenario.promoted)"),
                .init("\(scenario.rolledBack)"), .init("\(scenario.waiting)"), .init(Self.text(scenario.medianDelay)),
                .init(Self.text(scenario.slowestDelay)),
                .init(scenario.wanted == .rolledBack ? "\(Int(scenario.meanBadRequests.rounded()))" : ""),
                .init(scenario.wanted == .rolledBack ? "\((scenario.badShare * 1000).rounded() / 10)%" : ""),
                .init(scenario.asked > 0 ? "\((scenario.asked * 10).rounded() / 10)" : ""), .init(Self.text(scenario.medianLength)),
                .init(scenario.because.first.map { "\($0.text) (\($0.count))" } ?? ""),
            ])
        }
        let unwanted = report.scenarios.filter { $0.unwanted > 0 }
        let notes = unwanted.map { scenario in
            let seeds = scenario.unwantedSeeds.map { "\($0)" }.joined(separator: ", ")
            return
                "\(scenario.scenario): \(scenario.unwanted) of \(scenario.runs) ended otherwise than wanted, for example with --seed \(seeds)"
        }
        return [
            "policy \(style(report.policy.printable, .bold)), \(report.scenarios.first?.runs ?? 0) releases of each scenario, seed \(report.seed),"
                + " \(report.model.requestsPerSecond) requests/s"
        ] + table.lines(style) + notes
    }

    /// Seconds are enough for people.
    private static func text(_ span: TimeSpan?) -> String {
        guard let span else { return "" }
        return "\(TimeSpan.seconds(span.seconds.rounded()))"
    }
}
