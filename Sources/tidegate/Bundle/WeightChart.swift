import ReleaseModel
import ReleaseServer
import ReportText

/// The canary's declared share over time as SVG: a line of steps, with a mark at each decision that changed it.
struct WeightChart {
    private static let width = 920.0
    private static let height = 240.0
    private static let margin = (left: 52.0, right: 20.0, top: 16.0, bottom: 34.0)

    /// In the order of their times.
    let decisions: [DecisionView]

    private var from: Timestamp { decisions.first?.decision.time ?? Timestamp(microseconds: 0) }
    private var span: Double { max(1, decisions.last.map { ($0.decision.time - from).seconds } ?? 1) }

    var svg: String {
        let bottom = Self.height - Self.margin.bottom
        var parts = [
            "<svg viewBox=\"0 0 \(Int(Self.width)) \(Int(Self.height))\" role=\"img\" aria-label=\"weight of the canary over time\">"
        ]
        for percent in [0, 25, 50, 75, 100] {
            let y = self.y(Double(percent))
            parts.append(
                "<line class=\"grid\" x1=\"\(Self.margin.left)\" x2=\"\(Self.width - Self.margin.right)\" y1=\"\(y)\" y2=\"\(y)\"/>")
            parts.append("<text class=\"tick\" text-anchor=\"end\" x=\"\(Self.margin.left - 8)\" y=\"\(y + 4)\">\(percent)%</text>")
        }
        for step in 0...4 {
            let seconds = span * Double(step) / 4
            let anchor = step == 0 ? "start" : step == 4 ? "end" : "middle"
            let label = "+" + ReadingText.span(.seconds(seconds))
            parts.append(
                "<text class=\"tick\" text-anchor=\"\(anchor)\" x=\"\(x(seconds))\" y=\"\(bottom + 20)\">\(step == 0 ? "0" : label)</text>")
        }
        parts.append("<path class=\"weight\" d=\"\(line)\"/>")
        for view in decisions where view.decision.fromWeights.canary != view.decision.toWeights.canary {
            let decision = view.decision
            let kind = decision.kind == .rollback || decision.kind == .abort ? "back" : "on"
            parts.append(
                "<circle class=\"\(kind)\" cx=\"\(x((decision.time - from).seconds))\" cy=\"\(y(percent(decision.toWeights.canary)))\" r=\"4\">"
                    + "<title>\(HTMLText.escaped("\(decision.kind.rawValue): \(decision.because)"))</title></circle>")
        }
        parts.append("</svg>")
        return parts.joined()
    }

    /// Each weight holds until the next decision.
    private var line: String {
        var path = ""
        var last = 0.0
        for (index, view) in decisions.enumerated() {
            let x = self.x((view.decision.time - from).seconds)
            let weight = view.decision.toWeights.isEmpty ? last : percent(view.decision.toWeights.canary)
            path += index == 0 ? "M\(x) \(y(percent(view.decision.fromWeights.canary)))" : "H\(x)"
            path += "V\(y(weight))"
            last = weight
        }
        return path
    }

    private func percent(_ weight: Weight) -> Double { Double(weight.basisPoints) / 100 }

    private func x(_ seconds: Double) -> Double {
        rounded(Self.margin.left + seconds / span * (Self.width - Self.margin.left - Self.margin.right))
    }

    private func y(_ percent: Double) -> Double {
        rounded(Self.height - Self.margin.bottom - percent / 100 * (Self.height - Self.margin.top - Self.margin.bottom))
    }

    private func rounded(_ value: Double) -> Double { (value * 10).rounded() / 10 }
}
