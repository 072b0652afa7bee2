internal import Predicates
internal import ReleaseModel

extension PolicyReader {
    static let actions = ["advance", "hold", "pause", "rollback"]

    mutating func readTree(_ node: DocumentNode, _ outline: inout PolicyOutline) {
        let elements = report.list(node, "tree", atMost: DocumentLimits.treeNodes)
        if case .sequence(let written) = node.content, written.isEmpty {
            report.error(
                .missingKey, "a tree needs at least one node", at: node.position, suggestion: "leave 'tree' out for the default one")
        }
        for element in elements {
            guard let placed = treeNode(element) else {
                outline.isTreeWhole = false
                continue
            }
            if outline.tree.contains(where: { $0.node.name == placed.node.name }) {
                report.error(
                    .duplicateName, "two nodes are called '\(placed.node.name)'", at: element["name"]?.position ?? element.position)
            }
            outline.tree.append(placed)
        }
        if !outline.tree.isEmpty { outline.policy.tree = outline.tree.map(\.node) }
    }

    /// The default tree against the signals that there are; a plugin that gives others needs a tree of its own.
    mutating func compileDefaultTree(_ outline: inout PolicyOutline) {
        guard let signals else { return }
        for node in PolicyDefaults.tree {
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

    private mutating func treeNode(_ node: DocumentNode) -> PolicyOutline.PlacedNode? {
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
        let action = thenNode.flatMap { self.action($0) }
        section.finish(report: &report)
        guard let name, let action, let thenNode, !hasCondition || source != nil else { return nil }
        return PolicyOutline.PlacedNode(
            node: TreeNode(name: name, condition: source, action: action), position: node.position,
            conditionPosition: conditionNode?.position, actionPosition: thenNode.position, condition: condition)
    }

    private mutating func condition(_ node: DocumentNode) -> (String?, Condition?) {
        guard let source = report.text(node, "a condition", example: "'errors.guilty'") else { return (nil, nil) }
        let place = report.expressionPlace(node)
        do {
            guard let signals else {
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

    private mutating func action(_ node: DocumentNode) -> TreeAction? {
        if case .mapping = node.content { return observe(node) }
        guard let word = node.text else {
            report.error(
                .wrongType, "an action is \(Self.actions.joined(separator: ", ")) or {observe: 2m, otherwise: rollback}, not \(node.kind)",
                at: node.position)
            return nil
        }
        switch word {
        case "advance": return .advance
        case "hold": return .hold
        case "pause": return .pause
        case "rollback": return .rollback
        default:
            let suggestion =
                word == "observe"
                ? "write {observe: 2m, otherwise: rollback}"
                : Spelling.suggestion(for: word, among: Self.actions)
                    ?? "actions are \(Self.actions.joined(separator: ", ")) and {observe: 2m, otherwise: rollback}"
            report.error(.invalidValue, "unknown action '\(word)'", at: node.position, suggestion: suggestion)
            return nil
        }
    }

    private mutating func observe(_ node: DocumentNode) -> TreeAction? {
        guard var section = Section(node, "an action", report: &report) else { return nil }
        guard let spanNode = section.require("observe", report: &report, example: "2m") else {
            section.finish(report: &report)
            return nil
        }
        let span = report.span(spanNode, "observe", from: .seconds(1), to: .seconds(7 * 86_400))
        var otherwise = TreeAction.ObservedAction.rollback
        if let node = section.take("otherwise") {
            if let word = report.word(node, "otherwise", among: [TreeAction.ObservedAction.hold, .pause, .rollback]) { otherwise = word }
        } else {
            report.add(
                .warning, .missingOtherwise, "observe does not say what follows; rollback is taken", at: node.position,
                suggestion: "write {observe: \(spanNode.text ?? "2m"), otherwise: rollback}")
        }
        section.finish(report: &report)
        return span.map { .observe($0, otherwise: otherwise) }
    }
}
