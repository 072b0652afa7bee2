internal import Predicates
internal import ReleaseModel

/// The rules of one policy as formulas, and what can be said about them.
struct RuleSet {
    struct Entry {
        let name: String
        let formula: RuleFormula
        /// The fields that it reads.
        let slots: Set<Int>
        /// Whether it takes every request that matches: it has no weight.
        let takesAll: Bool
        /// The time at which it is in force; nil is always.
        let during: String?
    }

    /// What is wrong with one rule.
    enum Verdict: Equatable {
        case neverMatches
        case alwaysMatches
        /// Every request that matches was taken by one of these rules above, in their order.
        case shadowed(by: [String])
    }

    /// Rules above that are looked at together.
    static let maximumTogether = 8

    private(set) var entries: [Entry] = []
    private var logic = RuleLogic()

    mutating func add(_ rule: RoutingRule, _ node: RequestNode) {
        entries.append(
            Entry(
                name: rule.name, formula: logic.formula(node), slots: Set(node.slots), takesAll: rule.weight.map { $0 == .full } ?? true,
                during: rule.during))
    }

    /// Whether no request can match a condition.
    mutating func neverMatches(_ node: RequestNode) -> Bool { logic.neverMatches(logic.formula(node)) }

    /// What can be said of the rule at `index`; nil when nothing.
    mutating func verdict(_ index: Int) -> Verdict? {
        let rule = entries[index]
        if logic.neverMatches(rule.formula) { return .neverMatches }
        // A rule above that is in force at the same times, or always, and takes all that match.
        let above = entries[..<index].filter { $0.takesAll && ($0.during == nil || $0.during == rule.during) }
        if let all = above.first(where: { logic.alwaysMatches($0.formula) }) { return .shadowed(by: [all.name]) }
        let near = above.filter { !$0.slots.isDisjoint(with: rule.slots) }
        if let one = near.first(where: { logic.implies(rule.formula, anyOf: [$0.formula]) }) { return .shadowed(by: [one.name]) }
        if rule.takesAll, rule.during == nil, logic.alwaysMatches(rule.formula) { return .alwaysMatches }
        return together(rule, Array(near.prefix(Self.maximumTogether)))
    }

    /// Whether several rules above, none of them alone, take what matches. Those that are not needed for it are left out.
    private mutating func together(_ rule: Entry, _ above: [Entry]) -> Verdict? {
        guard above.count > 1, logic.implies(rule.formula, anyOf: above.map(\.formula)) else { return nil }
        var needed = above
        for entry in above {
            let rest = needed.filter { $0.name != entry.name }
            if rest.count > 1, logic.implies(rule.formula, anyOf: rest.map(\.formula)) { needed = rest }
        }
        return .shadowed(by: needed.map(\.name))
    }

    /// Two parts of a rule that never hold together, as they are written; nil where it is not as simple as that.
    mutating func contradiction(_ index: Int) -> (String, String)? {
        let parts = entries[index].formula.conjuncts
        for (position, part) in parts.enumerated() {
            for other in parts[..<position] where logic.neverMatches(.and(other, part)) {
                if let one = logic.text(other), let two = logic.text(part) { return (one, two) }
            }
        }
        return nil
    }
}
