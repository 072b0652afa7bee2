import ReleaseModel
import ReleaseServer

/// The canary's share as it was last read back from the data plane, as a bar.
struct WeightBar: Sendable {
    static let width = 30

    let detail: ReleaseDetail

    /// What was last read back; nil while nothing was.
    var observed: Weight? { detail.progress?.observed?.canary }

    var declared: Weight { detail.release.canaryWeight }

    func line(_ style: Style = .plain) -> String {
        let shown = observed ?? declared
        var filled = shown.basisPoints * Self.width / Weight.full.basisPoints
        if shown > .zero, filled == 0 { filled = 1 }
        let bar =
            style(String(repeating: "█", count: filled), .magenta)
            + style(String(repeating: "░", count: Self.width - filled), .dim)
        return "\(bar) \(shown)" + note(style)
    }

    private func note(_ style: Style) -> String {
        guard let observed else { return style("  declared \(declared), not yet read back", .yellow) }
        var notes: [String] = []
        if observed != declared { notes.append("declared \(declared)") }
        if detail.progress?.isDrifting == true { notes.append("the data plane was changed by someone else") }
        return notes.isEmpty ? "" : style("  " + notes.joined(separator: ", "), .yellow)
    }
}
