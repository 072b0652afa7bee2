import ReleaseModel
import ReportText
import Routing

/// The way of one request through a routing, as people read it.
struct ExplanationView {
    let style: Style

    func lines(_ report: RouteExplainCommand.Report) -> [String] {
        let explanation = report.explanation
        let weights = report.weights.map { "\($0.arm) \($0.weight)" }.joined(separator: ", ")
        var lines = [
            "goes to    \(style(explanation.arm.printable, .bold))", "because    \(explanation.because.printable)",
            "of         \(report.of.printable), salt \(report.salt.printable), \(weights.printable)",
            "key        \(Self.text(explanation.key))",
        ]
        for (index, stratum) in explanation.strata.enumerated() { lines.append("stratum \(index + 1)  \(Self.text(stratum))") }
        lines.append("bucket     \(Self.text(explanation.participation))")
        if let division = explanation.division {
            let shares = division.shares.map { "\($0.name) \($0.share)" }.joined(separator: ", ")
            lines.append("arm        bucket \(division.bucket) among \(shares.printable)")
        }
        lines.append("colours    \(colors(report).printable)")
        if !explanation.rules.isEmpty { lines += [""] + rules(explanation.rules) }
        if !explanation.colors.isEmpty { lines += [""] + conditions(explanation.colors) }
        if explanation.failures > 0 { lines += ["", style("\(explanation.failures) expressions could not be evaluated", .yellow)] }
        return lines
    }

    private static func text(_ reading: RoutingExplanation.Reading) -> String {
        let value = reading.error.map { "cannot be evaluated: \($0)" } ?? reading.value.map { "\"\($0)\"" } ?? "none"
        return "\(value.printable), from \(reading.source.printable)"
    }

    private static func text(_ participation: RoutingExplanation.Participation) -> String {
        let whose = participation.layer.map { " of the layer '\($0)'" } ?? ""
        let bucket = participation.bucket.map { "\($0)\(whose)" } ?? "none, without a key"
        guard participation.to > participation.from else { return "\(bucket.printable); nobody takes part at \(participation.weight)" }
        let takesPart = participation.takesPart ? "takes part" : "does not take part"
        return "\(bucket.printable); \(takesPart): \(participation.from) to \(participation.to - 1) do, \(participation.weight)"
    }

    private func colors(_ report: RouteExplainCommand.Report) -> String {
        let explanation = report.explanation
        var text = explanation.carried.isEmpty ? "none" : explanation.carried.joined(separator: ", ")
        if !explanation.inbound.isEmpty { text += "; came along: \(explanation.inbound.joined(separator: ", "))" }
        if report.admission != "believed", report.admission != ColorGate.Reason.notPresent.rawValue {
            text += "; those in its header are not believed: \(Self.words[report.admission] ?? report.admission)"
        }
        return text
    }

    private func rules(_ rules: [RoutingExplanation.Rule]) -> [String] {
        var table = Table([.init("RULE"), .init("TO"), .init("OUTCOME"), .init("DETAIL")])
        for rule in rules {
            var detail = [rule.error, rule.during.map { "in force \($0)" }].compactMap { $0 }
            if let weight = rule.weight { detail.append("weight \(weight)" + (rule.bucket.map { ", bucket \($0)" } ?? "")) }
            if rule.decides { detail.insert("decides", at: 0) }
            let ink: Style.Ink? = rule.decides ? .green : rule.outcome == .error ? .red : nil
            table.add([
                .init(rule.name), .init(rule.to), .init(Self.words[rule.outcome.rawValue] ?? rule.outcome.rawValue, ink),
                .init(detail.joined(separator: "; ")),
            ])
        }
        return table.lines(style)
    }

    private func conditions(_ colors: [RoutingExplanation.Color]) -> [String] {
        var table = Table([.init("COLOUR"), .init("OUTCOME"), .init("DETAIL")])
        for color in colors {
            let outcome: Table.Cell = color.error != nil ? .init("error", .red) : color.holds ? .init("holds", .green) : "does not hold"
            table.add([.init(color.tag), outcome, .init(color.error ?? "")])
        }
        return table.lines(style)
    }

    /// What the outcomes are called.
    private static let words = [
        "matched": "matches", "noMatch": "does not match", "off": "off, its arm has no weight", "outsideTime": "outside its time",
        "outsideWeight": "outside its weight", "withoutKey": "has a weight, and there is no key", "error": "cannot be evaluated",
        "untrusted": "neither a trusted network nor a signature", "badSignature": "the signature is not one of ours",
        "expired": "the signature has expired", "tooManyHops": "they have come too many hops", "malformed": "the header cannot be read",
    ]
}
