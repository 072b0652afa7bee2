import ReleaseModel
import ReportText

/// The way through the tree, one line a node: what its condition said, and which node decided.
struct TreePath: Sendable {
    let path: [NodeEvaluation]

    func lines(columns: Int, showsReadings: Bool = false, _ style: Style = .plain) -> [String] {
        let nameWidth = path.reduce(0) { max($0, DisplayWidth.columns(of: name(of: $1))) }
        return path.flatMap { node -> [String] in
            let name = name(of: node)
            let padding = String(repeating: " ", count: nameWidth - DisplayWidth.columns(of: name) + 2)
            let used = 4 + nameWidth + 2 + 9
            let condition = DisplayWidth.clipped((node.condition ?? "always").printable, to: max(10, columns - used))
            let line =
                "\(mark(node, style)) \(node.taken ? style(name, .bold) : name)\(padding)\(truth(node.truth, style)) \(style(condition, .dim))"
            guard showsReadings else { return [line] }
            return [line] + node.readings.map { "      \($0.name.printable) = \(ReadingText.text(of: $0.reading))" }
        }
    }

    /// The name, set in where the node stands within others.
    private func name(of node: NodeEvaluation) -> String { String(repeating: "  ", count: node.depth ?? 0) + node.node.printable }

    private func mark(_ node: NodeEvaluation, _ style: Style) -> String { node.taken ? style(" ▶", .bold, .cyan) : "  " }

    private func truth(_ truth: Truth, _ style: Style) -> String {
        switch truth {
        case .true: style("true   ", .bold)
        case .false: "false  "
        case .unknown: style("unknown", .yellow)
        }
    }
}
