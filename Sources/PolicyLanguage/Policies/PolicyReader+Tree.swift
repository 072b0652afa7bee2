internal import Predicates
internal import ReleaseModel

extension PolicyReader {
    mutating func readTree(_ node: DocumentNode, _ outline: inout PolicyOutline) {
        let elements = report.list(node, "tree", atMost: DocumentLimits.treeNodes)
        if case .sequence(let written) = node.content, written.isEmpty {
            report.error(
                .missingKey, "a tree needs at least one node", at: node.position, suggestion: "leave 'tree' out for the default one")
        }
        for element in elements {
            guard let placed = treeNode(element, depth: 0, isAlwaysAsked: true, &outline) else {
                outline.isTreeWhole = false
                continue
            }
            outline.tree.append(placed)
        }
        checkNames(outline)
        if !outline.tree.isEmpty { outline.policy.tree = outline.tree.map(\.node) }
    }

    private mutating func checkNames(_ outline: PolicyOutline) {
        var seen: Set<String> = []
        let nodes = outline.allNodes
        for placed in nodes where !seen.insert(placed.node.name).inserted {
            report.error(.duplicateName, "two nodes are called '\(placed.node.name)'", at: placed.namePosition)
        }
        if nodes.count > DocumentLimits.treeNodes {
            report.error(
                .limit, "the tree has \(nodes.count) nodes; at most \(DocumentLimits.treeNodes) are allowed",
                at: nodes[DocumentLimits.treeNodes].position)
        }
    }

    /// The default tree against the signals that there are; a plugin that gives others needs a tree of its own.
    mutating func compileDefaultTree(_ outline: inout PolicyOutline) {
        guard let signals = treeSignals else { return }
        for node in outline.policy.tree {
            guard let source = node.condition else { continue }
            do {
                _ = try Condition(source, schema: signals, place: SourcePlace(file: report.file))
            } catch {
                report.error(
                    .missingKey, "the default tree does not fit the signals of the plugins in use: \(error.message)",
                    at: DocumentPosition(line: 1, column: 1), suggestion: "write a 'tree' of your own")
                return
            }
        }
    }

    private mutating func treeNode(
        _ node: DocumentNode, depth: Int, isAlwaysAsked: Bool, _ outline: inout PolicyOutline
    ) -> PolicyOutline.PlacedNode? {
        let example = "{name: canary is worse, if: 'errors.guilty', then: rollback}"
        guard var section = Section(node, "a node", report: &report, example: example) else { return nil }
        let name = section.require("name", report: &report, example: "canary is worse").flatMap { report.title($0, "the node's name") }
        // `if:` with nothing after it is a forgotten condition, not a node that always holds.
        let hasCondition = section.has("if")
        let conditionNode = section.take("if")
        var source: String?
        var condition: Condition?
        if let conditionNode {
            (source, condition) = self.condition(conditionNode)
        } else if hasCondition {
            report.error(
                .missingKey, "the condition after 'if:' is missing", at: node.position,
                suggestion: "leave 'if' out for a node that always holds")
        }
        let thenNode = section.require("then", report: &report, example: "rollback")
        section.finish(report: &report)
        guard let thenNode else { return nil }
        var placed = PolicyOutline.PlacedNode(
            node: TreeNode(name: name ?? "", condition: source, action: .hold), position: node.position,
            namePosition: node["name"]?.position ?? node.position, conditionPosition: conditionNode?.position,
            actionPosition: thenNode.position, condition: condition, isAlwaysAsked: isAlwaysAsked)
        if case .sequence = thenNode.content {
            placed.children = nodes(within: thenNode, depth: depth + 1, isAlwaysAsked: isAlwaysAsked && !hasCondition, &outline)
            placed.node.then = .nodes(placed.children.map(\.node))
            if placed.children.isEmpty { return nil }
        } else {
            guard let action = self.action(thenNode) else { return nil }
            placed.node.then = .action(action)
        }
        guard name != nil, !hasCondition || source != nil else { return nil }
        return placed
    }

    private mutating func nodes(
        within node: DocumentNode, depth: Int, isAlwaysAsked: Bool, _ outline: inout PolicyOutline
    ) -> [PolicyOutline.PlacedNode] {
        guard depth <= DocumentLimits.treeDepth else {
            report.error(
                .limit, "nodes stand at most \(DocumentLimits.treeDepth) deep within each other", at: node.position,
                suggestion: "join conditions by 'and' instead")
            return []
        }
        let elements = report.list(node, "then", atMost: DocumentLimits.treeNodes)
        if case .sequence(let written) = node.content, written.isEmpty {
            report.error(
                .missingKey, "a node with nodes of its own needs at least one", at: node.position, suggestion: "for example then: hold")
        }
        var placed: [PolicyOutline.PlacedNode] = []
        for element in elements {
            if let node = treeNode(element, depth: depth, isAlwaysAsked: isAlwaysAsked, &outline) {
                placed.append(node)
            } else {
                outline.isTreeWhole = false
            }
        }
        return placed
    }

    private mutating func condition(_ node: DocumentNode) -> (String?, Condition?) {
        guard let source = report.text(node, "a condition", example: "'errors.guilty'") else { return (nil, nil) }
        let place = report.expressionPlace(node)
        do {
            guard let signals = treeSignals else {
                try Condition.checkSyntax(source, place: place)
                return (source, nil)
            }
            return (source, try Condition(source, schema: signals, place: place))
        } catch {
            report.add(Finding(error, overSignals: true))
            // The rest of the node is still looked at.
            return (source, nil)
        }
    }
}
