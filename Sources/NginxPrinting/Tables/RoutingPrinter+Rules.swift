internal import Predicates
internal import ReleaseModel
internal import Routing

extension RoutingPrinter {
    /// The rules as a chain that begins with the first one and ends with the arm by weight.
    func printRules(after split: Operand) throws(PrintingRefusal) {
        var next = split.variable
        var depth = split.depth
        for rule in table.rules.reversed() where rule.isOn {
            do {
                (next, depth) = try link(rule, next, depth)
            } catch {
                throw error.within("rule '\(rule.name)'")
            }
        }
        if depth > 90 {
            throw PrintingRefusal(part: "the rules", reason: "their maps would be nested \(depth) deep, and nginx stops at 100")
        }
        _ = writer.map("", [], otherwise: next, depth: depth, named: "arm")
    }

    /// One rule before the rest of the chain: its time, then its condition, then its weight, each computed only after the one before.
    private func link(_ rule: RoutingTable.Rule, _ next: String, _ depth: Int) throws(PrintingRefusal) -> (String, Int) {
        let truth = try ConditionPrinter(writer: writer).truth(rule.predicate.node)
        if truth == .constant(false) { return (next, depth) }
        var then = name(rule.arm)
        var depth = depth
        if let weight = rule.weight {
            let key = writer.name("key")
            let part = writer.split(
                StickyBucket.participationPrefix(salt: rule.salt) + key, [(weight, "1")], otherwise: "0", depth: 0)
            let among = writer.map(part.variable, [("1", then)], otherwise: next, depth: depth)
            let link = writer.map(key, [("\"\"", next)], otherwise: among.variable, depth: among.depth)
            (then, depth) = (link.variable, link.depth)
        }
        if case .operand(let operand) = truth {
            try writer.check(operand, part: rule.predicate.source)
            let link = writer.map(operand.variable, [("1", then)], otherwise: next, depth: max(operand.depth, depth))
            (then, depth) = (link.variable, link.depth)
        }
        if let window = rule.window {
            let time = try WindowPrinter(writer: writer, now: now).truth(window)
            let link = writer.map(time.variable, [("1", then)], otherwise: next, depth: max(time.depth, depth))
            (then, depth) = (link.variable, link.depth)
        }
        return (then, depth)
    }
}
