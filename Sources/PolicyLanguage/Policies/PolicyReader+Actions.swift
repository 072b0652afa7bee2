internal import Predicates
internal import ReleaseModel

extension PolicyReader {
    static let actions = ["advance"] + TreeAction.LaterAction.allCases.map(\.rawValue)

    /// An action of the tree: a word, or a map that says how long and what follows.
    mutating func action(_ node: DocumentNode) -> TreeAction? {
        if case .mapping = node.content { return actionWithParts(node) }
        guard let word = node.text else {
            report.error(
                .wrongType,
                "an action is \(Self.actions.joined(separator: ", ")), {observe: 2m, otherwise: rollback} or further nodes, not \(node.kind)",
                at: node.position)
            return nil
        }
        if word == "advance" { return .advance }
        if let action = TreeAction.LaterAction(rawValue: word)?.action { return action }
        let suggestion =
            word == "observe"
            ? "write {observe: 2m, otherwise: rollback}"
            : Spelling.suggestion(for: word, among: Self.actions)
                ?? "actions are \(Self.actions.joined(separator: ", ")) and {observe: 2m, otherwise: rollback}"
        report.error(.invalidValue, "unknown action '\(word)'", at: node.position, suggestion: suggestion)
        return nil
    }

    private mutating func actionWithParts(_ node: DocumentNode) -> TreeAction? {
        guard var section = Section(node, "an action", report: &report) else { return nil }
        if section.has("hold") { return holdFor(&section, node) }
        if section.has("ask") { return ask(&section) }
        return observe(&section, node)
    }

    private mutating func observe(_ section: inout Section, _ node: DocumentNode) -> TreeAction? {
        guard let spanNode = section.require("observe", report: &report, example: "2m") else {
            section.finish(report: &report)
            return nil
        }
        let span = report.span(spanNode, "observe", from: .seconds(1), to: .seconds(7 * 86_400))
        var otherwise = TreeAction.LaterAction.rollback
        if let node = section.take("otherwise") {
            if let word = report.word(node, "otherwise", among: TreeAction.LaterAction.allCases) { otherwise = word }
        } else {
            report.add(
                .warning, .missingOtherwise, "observe does not say what follows; rollback is taken", at: node.position,
                suggestion: "write {observe: \(spanNode.text ?? "2m"), otherwise: rollback}")
        }
        section.finish(report: &report)
        return span.map { .observe($0, otherwise: otherwise) }
    }

    private mutating func holdFor(_ section: inout Section, _ node: DocumentNode) -> TreeAction? {
        guard let spanNode = section.require("hold", report: &report, example: "30m") else { return nil }
        let span = report.span(spanNode, "hold", from: .seconds(1), to: .seconds(7 * 86_400))
        var otherwise = TreeAction.LaterAction.ask
        if let node = section.take("otherwise") {
            let words = TreeAction.LaterAction.allCases.filter { $0 != .hold }
            if let word = report.word(node, "otherwise", among: words) { otherwise = word }
        } else {
            report.add(
                .warning, .missingOtherwise, "hold does not say what follows; a person is asked", at: node.position,
                suggestion: "write {hold: \(spanNode.text ?? "30m"), otherwise: ask}")
        }
        section.finish(report: &report)
        return span.map { .holdFor($0, otherwise: otherwise) }
    }

    private mutating func ask(_ section: inout Section) -> TreeAction? {
        guard let roleNode = section.require("ask", report: &report, example: PolicyDefaults.approverRole) else { return nil }
        let role = report.name(roleNode, "the role")
        var expires = PolicyDefaults.approvalExpires
        if let node = section.take("expires"), let span = report.span(node, "expires", from: .seconds(60), to: .seconds(30 * 86_400)) {
            expires = span
        }
        section.finish(report: &report)
        return role.map { .ask(Approval(role: $0, expires: expires)) }
    }
}
