import Foundation
import ReleaseModel
import Statistics

/// What the three analyses print alike.
enum AnalysisView {
    /// Polls that a table shows at the end, where there are more.
    static let shownPolls = 20

    static func verdict(_ verdict: AnalysisVerdict, _ because: String, _ style: Style) -> String {
        let ink: Style.Ink =
            switch verdict {
            case .degraded: .red
            case .healthy: .green
            case .inconclusive, .noData: .yellow
            }
        return "verdict: \(style(verdict.rawValue, .bold, ink)), \(because)"
    }

    static func figure(_ value: Double?, _ format: String = "%.3f") -> String { value.map { String(format: format, $0) } ?? "-" }

    /// Why a comparison of rates concludes what it does.
    static func because(_ verdict: AnalysisVerdict, peak: Double, threshold: Double, poll: Int?) -> String {
        switch verdict {
        case .degraded: "ln E reached \(figure(threshold)) at poll \(poll ?? 0) (highest \(figure(peak)))"
        case .healthy: "ln E stayed under \(figure(threshold)) (highest \(figure(peak))), with data enough to find a doubling"
        case .inconclusive:
            "ln E stayed under \(figure(threshold)) (highest \(figure(peak))), and the data would not do to find a doubling"
        case .noData: "there are no polls with requests on both arms"
        }
    }

    /// The last polls with their evidence.
    static func polls(_ evidence: [Double], _ style: Style) -> [String] {
        var table = Table([.init("poll", .right), .init("ln E", .right)])
        let first = max(0, evidence.count - shownPolls)
        for index in first..<evidence.count { table.add(["\(index + 1)", .init(figure(evidence[index]))]) }
        guard !evidence.isEmpty else { return [] }
        return (first > 0 ? ["the last \(shownPolls) of \(evidence.count) polls:"] : []) + table.lines(style)
    }

    /// Writes the picture, in the place of a file of that name.
    static func write(_ svg: String, to path: String) throws(ReleaseError) {
        do {
            try Data(svg.utf8).write(to: URL(filePath: path))
        } catch {
            throw ReleaseError(
                .forbidden, "the picture cannot be written: \(error.localizedDescription)", place: path,
                advice: "check the folder and its rights")
        }
    }

    static func evidenceFigure(_ title: String, _ values: [Double], threshold: Double) -> String {
        LineFigure(
            title: title, horizontal: "poll", vertical: "ln E", values: values, threshold: threshold,
            thresholdLabel: "ln(1/alpha) = \(figure(threshold)): degraded"
        ).svg
    }
}
