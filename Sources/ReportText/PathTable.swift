public import ReleaseModel

/// The way through a tree as a table: each node with what its condition said and read, and which one decided.
public struct PathTable: Sendable {
    let nodes: [NodeEvaluation]

    public init(_ nodes: [NodeEvaluation]) { self.nodes = nodes }

    /// Nothing for a decision that no tree made.
    public var html: String {
        guard !nodes.isEmpty else { return "" }
        return "<table><thead><tr><th></th><th>node</th><th>said</th><th>condition</th><th>readings</th></tr></thead><tbody>"
            + nodes.map(row).joined() + "</tbody></table>"
    }

    private func row(_ node: NodeEvaluation) -> String {
        let readings = node.readings.map { "\($0.name) = \(ReadingText.text(of: $0.reading))" }.joined(separator: ", ")
        let name = String(repeating: "\u{2003}", count: node.depth ?? 0) + node.node
        return "<tr class=\"\(node.taken ? "taken" : "")\"><td>\(node.taken ? "▶" : "")</td><td>\(HTMLText.escaped(name))</td>"
            + "<td class=\"\(node.truth.rawValue)\">\(node.truth.rawValue)</td>"
            + "<td><code>\(HTMLText.escaped(node.condition ?? "always"))</code></td><td>\(HTMLText.escaped(readings))</td></tr>"
    }
}
