import ReleaseModel
import ReportText

/// A whole routing, as people read it.
struct RoutingView {
    let style: Style

    func lines(_ report: RoutingReport) -> [String] {
        var lines = [
            "of       \(style(report.of.printable, .bold)), salt \(report.salt.printable)", "key      \(report.key.printable)",
        ]
        for stratum in report.strata { lines.append("stratum  \(stratum.printable)") }
        if let layer = report.layer { lines.append("layer    \(layer.name.printable), buckets from \(layer.from) to \(layer.to)") }
        lines.append("header   \(report.tagHeader.printable)" + (report.colorsAreOn ? "" : ", colours are off: no canary arm has weight"))
        lines.append("")
        lines += arms(report)
        if !report.rules.isEmpty { lines += [""] + rules(report) }
        if !report.colors.isEmpty { lines += [""] + colors(report) }
        return lines
    }

    private func arms(_ report: RoutingReport) -> [String] {
        var table = Table([.init("ARM"), .init("WEIGHT", .right), .init("BUCKETS", .right), .init("OF")])
        for arm in report.arms {
            let part = report.division.first { $0.arm == arm.arm }
            let buckets = part.map { "\($0.from)-\($0.to - 1)" } ?? ""
            table.add([.init(arm.arm), .init("\(arm.weight)"), .init(buckets), .init(part == nil ? "" : "those who take part")])
        }
        if let part = report.participants {
            table.add([.init("take part"), .init("\(part.weight)"), .init("\(part.from)-\(part.to - 1)"), .init("everybody with a key")])
        }
        return table.lines(style)
    }

    private func rules(_ report: RoutingReport) -> [String] {
        var table = Table([
            .init("#", .right), .init("RULE"), .init("TO"), .init("STATE"), .init("WEIGHT", .right), .init("DURING"), .init("WHEN"),
        ])
        for (index, rule) in report.rules.enumerated() {
            table.add([
                .init("\(index + 1)"), .init(rule.name), .init(rule.to), rule.isOn ? .init("on", .green) : .init("off", .yellow),
                .init(rule.weight.map { "\($0)" } ?? ""), .init(rule.during ?? ""), .init(rule.when),
            ])
        }
        return table.lines(style)
    }

    private func colors(_ report: RoutingReport) -> [String] {
        var table = Table([.init("COLOUR"), .init("STATE"), .init("WHEN")])
        for color in report.colors {
            table.add([.init(color.tag), report.colorsAreOn ? .init("on", .green) : .init("off", .yellow), .init(color.when)])
        }
        return table.lines(style)
    }
}
