internal import Predicates
internal import ReleaseModel

extension PolicyLint {
    /// Rules that do nothing, or leave nothing to do to what comes after them.
    static func checkRules(_ outline: PolicyOutline, report: inout FindingReport) {
        var set = RuleSet()
        for placed in outline.rules { set.add(placed.rule, placed.predicate.node) }
        for (index, placed) in outline.rules.enumerated() {
            guard let verdict = set.verdict(index) else { continue }
            let (name, position) = (placed.rule.name, placed.whenPosition)
            switch verdict {
            case .neverMatches:
                let parts = set.contradiction(index)
                report.add(
                    .warning, .ruleNeverMatches, "no request can match '\(name)'", at: position,
                    suggestion: parts.map { "\($0) and \($1) never hold together" })
            case .alwaysMatches:
                report.add(
                    .warning, .ruleAlwaysMatches, "every request matches '\(name)': weights and later rules never decide", at: position,
                    suggestion: placed.rule.to == Arm.stable ? "leave the rule out" : "give the stages that weight")
            case .shadowed(let names):
                let above = names.map { "'\($0)'" }.joined(separator: " or ")
                report.add(
                    .warning, .ruleShadowed, "'\(name)' never decides: what matches it matches \(above) above it", at: position,
                    suggestion: "move it up, or leave it out")
            }
        }
        for color in outline.colors where set.neverMatches(color.predicate.node) {
            report.add(.warning, .colorNeverHolds, "nothing can have the colour '\(color.tag)'", at: color.whenPosition)
        }
    }
}
