internal import ReleaseModel

extension PolicyReader {
    private static let verdictExample = "{noData: {then: ask, after: 15m}, inconclusive: extend}"

    /// What the verdicts lead to that are neither healthy nor degraded. One that is not named holds.
    mutating func verdicts(_ node: DocumentNode) -> VerdictPolicies? {
        guard var section = Section(node, "verdicts", report: &report, example: "verdicts: \(Self.verdictExample)") else { return nil }
        let policies = VerdictPolicies(
            noData: section.take("noData").flatMap { verdict($0, "noData") },
            inconclusive: section.take("inconclusive").flatMap { verdict($0, "inconclusive") },
            error: section.take("error").flatMap { verdict($0, "error") })
        section.finish(report: &report)
        return policies == VerdictPolicies() ? nil : policies
    }

    /// `ask`, or `{then: ask, after: 15m}`.
    private mutating func verdict(_ node: DocumentNode, _ title: String) -> VerdictPolicy? {
        if node.text != nil { return report.word(node, title, among: VerdictPolicy.Action.allCases).map { VerdictPolicy($0) } }
        guard var section = Section(node, title, report: &report, example: "\(title): {then: ask, after: 15m}") else { return nil }
        let action = section.require("then", report: &report, example: "ask").flatMap {
            report.word($0, "then", among: VerdictPolicy.Action.allCases)
        }
        let afterNode = section.take("after")
        let after = afterNode.flatMap { report.span($0, "after", from: .seconds(1), to: .seconds(30 * 86_400)) }
        if let afterNode, let action, action != .ask {
            report.error(
                .invalidValue, "'after' says when a person is asked, and \(title) is to \(action.rawValue)", at: afterNode.position,
                suggestion: "write then: ask, or leave 'after' out")
        }
        section.finish(report: &report)
        return action.map { VerdictPolicy($0, after: after ?? VerdictPolicy.standardPatience) }
    }
}
