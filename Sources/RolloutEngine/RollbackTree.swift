public import Predicates
public import ReleaseModel

/// The policy's tree, compiled. A walk evaluates every condition, since terms over time and the evidence need them all,
/// and lets the first node that holds decide.
public struct RollbackTree: Sendable {
    /// Signals that the engine itself supplies.
    public static let ownSignals: [SignalDescriptor] = [
        SignalDescriptor(
            name: "drift", kind: .bool, worse: .true, summary: "the data plane carries something other than what was applied to it")
    ]

    /// A node, before those within it.
    struct Node: Sendable {
        let name: String
        let condition: Condition?
        /// nil where the nodes within decide.
        let action: TreeAction?
        /// The index of the node around it.
        let parent: Int?
        let depth: Int
    }

    /// Every node of the tree; each stands before the nodes within it.
    let nodes: [Node]
    /// What the terms over time look back at: signals with their times, each once, sorted.
    let histories: [HistoryKey]

    struct HistoryKey: Sendable, Hashable, Comparable {
        let signal: String
        let span: TimeSpan

        static func < (left: Self, right: Self) -> Bool { (left.signal, left.span) < (right.signal, right.span) }
    }

    /// - Throws: `ExpressionError` for a condition that does not fit the signals.
    public init(_ nodes: [TreeNode], signals: [SignalDescriptor]) throws(ExpressionError) {
        let schema = SignalSchema((signals + Self.ownSignals).map(\.schemaEntry))
        var compiled: [Node] = []
        try Self.compile(nodes, parent: nil, depth: 0, schema: schema, into: &compiled)
        self.nodes = compiled
        histories = Set(
            compiled.flatMap { $0.condition?.historyTerms ?? [] }.map {
                HistoryKey(signal: $0.signal, span: TimeSpan(microseconds: $0.microseconds))
            }
        ).sorted()
    }

    private static func compile(
        _ nodes: [TreeNode], parent: Int?, depth: Int, schema: SignalSchema, into compiled: inout [Node]
    ) throws(ExpressionError) {
        for node in nodes {
            var condition: Condition?
            if let source = node.condition {
                condition = try Condition(source, schema: schema, place: "tree node '\(node.name)'")
            }
            compiled.append(Node(name: node.name, condition: condition, action: node.action, parent: parent, depth: depth))
            try compile(node.nodes, parent: compiled.count - 1, depth: depth + 1, schema: schema, into: &compiled)
        }
    }
}

extension SignalDescriptor {
    fileprivate var schemaEntry: SignalSchema.Entry {
        let kind: SignalSchema.Kind =
            switch self.kind {
            case .bool: .bool
            case .number: .number
            case .string: .string
            }
        return SignalSchema.Entry(name: name, kind: kind, minimum: minimum, maximum: maximum, unit: unit)
    }
}
