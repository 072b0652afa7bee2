public import ReleaseModel

/// A drawing of a rollback tree as SVG: nodes from the top in the order in which they are asked, each with its condition and what follows;
/// where an evaluation is given, with what each condition said and the path taken.
///
/// The drawing stands by itself (no scripts, no fonts or files from elsewhere) and follows the reader's choice of light or dark.
public struct TreePicture: Sendable {
    /// What is drawn of one node.
    struct Row {
        var depth: Int
        var name: [String]
        var condition: [String]
        var readings: [String]
        /// Lines of what follows; none where further nodes say it.
        var action: [String]
        var tone: String
        var truth: Truth?
        /// The node that decided.
        var isTaken = false
        /// The walk came by, or went in.
        var isOnPath = false
        var top = 0.0
        var height = 0.0

        var isGroup: Bool { action.isEmpty }
    }

    enum Measure {
        static let width = 980.0
        static let margin = 28.0
        static let indent = 34.0
        static let boxRight = 690.0
        static let pillLeft = 730.0
        static let pillRight = 952.0
        static let padding = 12.0
        static let lineHeight = 17.0
        static let gap = 18.0
        static let nameSize = 14.0
        static let textSize = 12.0
        static let nameLines = 2
        static let conditionLines = 12
        static let readingLines = 8
        static let actionLines = 3
    }

    let title: String
    let subtitle: String?
    var rows: [Row]
    let height: Double
    let hasPath: Bool

    /// - Parameters:
    ///   - title: what stands above the drawing.
    ///   - subtitle: a line below it.
    ///   - path: what the nodes said at one evaluation; none for the tree alone. Nodes are matched by their names.
    public init(_ tree: [TreeNode], title: String, subtitle: String? = nil, path: [NodeEvaluation] = []) {
        self.title = title
        self.subtitle = subtitle
        hasPath = !path.isEmpty
        rows = Self.rows(of: tree, depth: 0, path)
        Self.markPath(&rows)
        var top = Measure.margin + 30 + (subtitle == nil ? 0 : 20) + 26
        for index in rows.indices {
            rows[index].top = top
            rows[index].height = Self.height(of: rows[index])
            top += rows[index].height + Measure.gap
        }
        height = top + 24
    }

    static func left(_ depth: Int) -> Double { Measure.margin + 24 + Double(depth) * Measure.indent }
    static func spine(_ depth: Int) -> Double { Measure.margin + 6 + Double(depth) * Measure.indent }

    private static func rows(of tree: [TreeNode], depth: Int, _ path: [NodeEvaluation]) -> [Row] {
        tree.flatMap { node -> [Row] in
            let evaluation = path.first { $0.node == node.name }
            let inner = Measure.boxRight - left(depth) - 2 * Measure.padding
            let columns = Int(inner / (Measure.textSize * SVGText.monospaced))
            // The truth stands in the corner beside the name.
            let nameColumns = Int((inner - 80) / (Measure.nameSize * SVGText.proportional))
            let pillColumns = Int((Measure.pillRight - Measure.pillLeft - 2 * Measure.padding) / (Measure.nameSize * SVGText.proportional))
            let readings = evaluation.map { $0.readings.map { "\($0.name) = \($0.reading)" } } ?? []
            let row = Row(
                depth: depth, name: SVGText.lines(node.name, columns: nameColumns, limit: Measure.nameLines),
                condition: SVGText.lines(node.condition ?? "always", columns: columns, limit: Measure.conditionLines),
                readings: Array(
                    readings.flatMap { SVGText.lines($0, columns: columns - 2, limit: 2) }.prefix(Measure.readingLines)),
                action: node.action.map { SVGText.lines($0.description, columns: pillColumns, limit: Measure.actionLines) } ?? [],
                tone: node.action?.restriction.tone ?? "group", truth: evaluation?.truth, isTaken: evaluation?.taken ?? false)
            return [row] + rows(of: node.nodes, depth: depth + 1, path)
        }
    }

    /// The walk passes every node up to the one that decides; into a node with nodes of its own only where it holds.
    private static func markPath(_ rows: inout [Row]) {
        guard let taken = rows.firstIndex(where: \.isTaken) else { return }
        var closedAbove: Int?
        for index in 0...taken {
            if let depth = closedAbove, rows[index].depth > depth { continue }
            closedAbove = nil
            rows[index].isOnPath = true
            if rows[index].isGroup, rows[index].truth != .true { closedAbove = rows[index].depth }
        }
    }

    private static func height(of row: Row) -> Double {
        let lines =
            Double(row.name.count) * (Measure.lineHeight + 1) + Double(row.condition.count + row.readings.count) * Measure.lineHeight
        let box = lines + 2 * Measure.padding + (row.readings.isEmpty ? 0 : 6)
        let pill = Double(row.action.count) * Measure.lineHeight + 2 * Measure.padding
        return max(box, row.isGroup ? 0 : pill)
    }
}

extension TreeAction.Restriction {
    /// The class of the colour.
    var tone: String {
        switch self {
        case .advance: "go"
        case .hold, .observe, .ask: "wait"
        case .pause, .freeze: "stop"
        case .stepDown, .rollback: "back"
        }
    }
}
