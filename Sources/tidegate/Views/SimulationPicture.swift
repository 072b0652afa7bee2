import ReleaseModel
import ReportText
import RolloutScripts

/// The ends of simulated releases as bars, one for each scenario.
struct SimulationPicture {
    let report: PolicySimulateCommand.Report

    private static let rowHeight = 30
    private static let top = 64
    private static let barLeft = 170
    private static let barWidth = 330
    private static let width = 860

    var svg: String {
        let height = Self.top + report.scenarios.count * Self.rowHeight + 20
        var parts = [
            #"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \#(Self.width) \#(height)" role="img" font-family="system-ui, sans-serif" font-size="13">"#,
            Self.style, #"<rect class="paper" width="\#(Self.width)" height="\#(height)"/>"#,
            Self.text(16, 26, "Policy \(report.policy): how simulated releases end", "title"),
        ]
        parts += legend
        for (index, scenario) in report.scenarios.enumerated() { parts += row(scenario, y: Self.top + index * Self.rowHeight) }
        return parts.joined(separator: "\n") + "\n</svg>\n"
    }

    private static let style = """
        <style>
        .paper { fill: #fff } text { fill: #1f2937 } .title { font-size: 16px; font-weight: 600 } .dim { fill: #6b7280 }
        .promoted { fill: #2f9e6e } .back { fill: #d9822b } .waiting { fill: #9aa5b1 } .wrong { fill: #c2362f; font-weight: 600 }
        @media (prefers-color-scheme: dark) { .paper { fill: #111827 } text { fill: #e5e7eb } .dim { fill: #9ca3af } .wrong { fill: #f87171 } }
        </style>
        """

    private var legend: [String] {
        let entries = [("promoted", "promoted"), ("back", "rolled back"), ("waiting", "waiting")]
        return entries.enumerated().flatMap { index, entry in
            let x = Self.barLeft + index * 110
            return [
                #"<rect class="\#(entry.0)" x="\#(x)" y="42" width="12" height="12" rx="2"/>"#,
                Self.text(x + 18, 53, entry.1, "dim"),
            ]
        } + [Self.text(Self.barLeft + Self.barWidth + 16, 53, "delay of the rollback, bad requests", "dim")]
    }

    private func row(_ scenario: ScenarioReport, y: Int) -> [String] {
        var parts = [Self.text(16, y + 17, scenario.scenario, scenario.unwanted > 0 ? "wrong" : "")]
        var x = Double(Self.barLeft)
        for (name, count) in [("promoted", scenario.promoted), ("back", scenario.rolledBack), ("waiting", scenario.waiting)] where count > 0
        {
            let width = Double(Self.barWidth) * Double(count) / Double(scenario.runs)
            parts.append(
                #"<rect class="\#(name)" x="\#(Self.rounded(x))" y="\#(y + 3)" width="\#(Self.rounded(width))" height="20" rx="2"/>"#)
            x += width
        }
        var figures: [String] = []
        if let delay = scenario.medianDelay { figures.append("\(TimeSpan.seconds(delay.seconds.rounded()))") }
        if scenario.wanted == .rolledBack { figures.append("\(Int(scenario.meanBadRequests.rounded())) bad requests") }
        if scenario.unwanted > 0 { figures.append("\(scenario.unwanted) unwanted") }
        parts.append(
            Self.text(Self.barLeft + Self.barWidth + 16, y + 17, figures.joined(separator: ", "), scenario.unwanted > 0 ? "wrong" : ""))
        return parts
    }

    private static func rounded(_ value: Double) -> Double { (value * 10).rounded() / 10 }

    private static func text(_ x: Int, _ y: Int, _ text: String, _ name: String) -> String {
        let escaped = text.printable.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
        return #"<text x="\#(x)" y="\#(y)" class="\#(name)">\#(escaped)</text>"#
    }
}
