import ReleaseModel
import ReleaseServer
import ReportText

/// The stages of a release on one line, with the place where it stands: `✓ 5% ─ ● 25% ─ ○ 50% ─ ○ 100% ─ ○ bake 30m`.
struct StageLadder: Sendable {
    let detail: ReleaseDetail

    private enum Step { case done, current, ahead, failed }

    func line(_ style: Style = .plain) -> String {
        var rungs = detail.stages.map(\.weight.description)
        if detail.stages.last?.weight != .full { rungs.append(Weight.full.description) }
        rungs.append("bake \(ReadingText.span(detail.bake))")
        return rungs.enumerated().map { index, rung in
            switch step(index, of: rungs.count) {
            case .done: style("✓ \(rung)", .green)
            case .current: style("● \(rung)", .bold, .cyan)
            case .failed: style("✗ \(rung)", .bold, .red)
            case .ahead: style("○ \(rung)", .dim)
            }
        }.joined(separator: style(" ─ ", .dim))
    }

    private func step(_ index: Int, of count: Int) -> Step {
        if detail.release.state == .promoted { return .done }
        if detail.release.state == .baking { return index == count - 1 ? .current : .done }
        guard let stage = detail.progress?.stage else { return .ahead }
        let isLost = detail.release.state.isRetreating || detail.release.state.isFinal
        if index < stage { return .done }
        if index == stage { return isLost ? .failed : .current }
        return .ahead
    }

    /// How far the current stage is: `12s of 20s watched, 340 of 200 samples`; nil outside a stage.
    var progressLine: String? {
        guard let progress = detail.progress, let index = progress.stage, detail.stages.indices.contains(index),
            detail.release.state == .progressing || detail.release.state == .paused
        else { return nil }
        let stage = detail.stages[index]
        guard progress.stageEnteredAt != nil else { return "waiting until the weight is read back" }
        var parts = ["\(ReadingText.span(progress.stageWatched ?? .zero)) of \(ReadingText.span(stage.duration)) watched"]
        if stage.samples > 0 {
            let seen = progress.samples.map { ReadingText.number(max(0, $0 - (progress.samplesAtStage ?? 0)).rounded()) } ?? "?"
            parts.append("\(seen) of \(stage.samples) samples")
        }
        return parts.joined(separator: ", ")
    }
}
