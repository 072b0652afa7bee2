import ReleaseModel
import ReleaseServer
import ReportText

/// When the stage and the release will end at the present traffic, as one line.
struct ForecastLine: Sendable {
    let detail: ReleaseDetail

    /// nil where nothing can be said.
    var text: String? {
        guard let forecast = detail.evaluation?.forecast, !detail.release.state.isFinal else { return nil }
        let traffic = "at \(ReadingText.number(forecast.requestsPerSecond)) canary requests/s"
        if forecast.fallsShort { return shortfall(forecast, traffic) }
        var parts: [String] = []
        if let left = forecast.stageLeft {
            parts.append("\(detail.release.state == .baking ? "bake" : "stage") done in about \(ReadingText.span(left)) \(traffic)")
        }
        if let left = forecast.releaseLeft, left != forecast.stageLeft { parts.append("release in about \(ReadingText.span(left))") }
        return parts.isEmpty ? nil : parts.joined(separator: ", ")
    }

    private func shortfall(_ forecast: Forecast, _ traffic: String) -> String {
        let missing = "\(ReadingText.number(forecast.samplesMissing.rounded(.up))) samples are missing"
        let time = forecast.stageLeft.map { "they take about \(ReadingText.span($0)) \(traffic)" } ?? "none come \(traffic)"
        guard let index = detail.progress?.stage, detail.stages.indices.contains(index) else { return "\(missing): \(time)" }
        let stage = detail.stages[index]
        let longest = ReadingText.span(stage.duration * max(1, stage.extend))
        let then =
            switch stage.then {
            case .ask: "then a person is asked"
            case .hold: "then it goes on waiting"
            case .rollback: "then it is rolled back"
            }
        return "\(missing): \(time), and the stage lasts at most \(longest); \(then)"
    }
}
