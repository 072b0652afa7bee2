public import Predicates
public import ReleaseModel

extension PolicyLint {
    /// The proof of a tree that was written and could be read; nil where the signals are not known, or a condition does not fit them.
    static func proof(of outline: PolicyOutline, _ report: FindingReport) -> TreeProof? {
        guard !outline.tree.isEmpty, outline.isTreeWhole, let schema = outline.treeSignals,
            outline.allNodes.allSatisfy({ $0.node.condition == nil || $0.condition != nil })
        else { return nil }
        return try? TreeProver.proof(of: outline.policy.tree, schema: schema)
    }

    /// What the proof did not find, each with its place. Nodes behind the one that `always` decides are reported elsewhere.
    static func checkProof(_ proof: TreeProof, _ outline: PolicyOutline, always: String?, report: inout FindingReport) {
        let nodes = outline.allNodes
        let behind = always.flatMap { name in nodes.firstIndex { $0.node.name == name } }.map { nodes[($0 + 1)...].map(\.node.name) } ?? []
        for failure in proof.failures {
            let placed = nodes.first { $0.node.name == failure.node }
            let position = placed.map { $0.conditionPosition ?? $0.position } ?? outline.positions["tree"] ?? top
            switch failure.kind {
            case .notTotal: break
            case .neverHolds, .neverHoldsWithin: report.error(.conditionNeverHolds, failure.message, at: position)
            case .alwaysHolds:
                report.add(
                    .warning, .conditionAlwaysHolds, failure.message, at: position,
                    suggestion: "leave 'if' out where that is meant, and ask for what must be there before it")
            case .unreachable where !behind.contains(failure.node ?? ""):
                report.error(
                    .unreachableNode, failure.message, at: placed?.position ?? position, suggestion: "move it up, or leave it out")
            case .unreachable: break
            case .notMonotone:
                report.add(.warning, .treeNotMonotone, failure.message, at: position, suggestion: advice(failure, nodes))
            case .perhapsNotMonotone, .tooLarge: report.add(.note, .treeNotProven, failure.message, at: position)
            }
        }
    }

    /// Where two nodes decide, the more careful one belongs above the other.
    private static func advice(_ failure: TreeFailure, _ nodes: [PolicyOutline.PlacedNode]) -> String {
        guard let careful = failure.example?.better?.node, let permissive = failure.example?.afterwards?.node, careful != permissive,
            let first = nodes.firstIndex(where: { $0.node.name == permissive }),
            let second = nodes.firstIndex(where: { $0.node.name == careful }), first < second
        else { return "see which way each comparison points" }
        return "move '\(careful)' above '\(permissive)'"
    }
}

extension Policy {
    /// The proof of the policy's tree; nil for a tree that does not fit the signals.
    ///
    /// - Parameter signals: what the plugins in use and the engine give.
    public func treeProof(signals: SignalSchema) -> TreeProof? {
        try? TreeProver.proof(of: tree, schema: signals.adding(SignalDescriptor.sequences(of: logs)))
    }
}
