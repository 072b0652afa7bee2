internal import Predicates
internal import ReleaseModel
package import Routing

/// Writes a routing table: colours, key, split, then the rules as a chain of maps of which nginx computes no more than it needs.
///
/// | variable | value |
/// |---|---|
/// | `$tidegate_<service>_key` | the sticky key, empty without one |
/// | `$tidegate_<service>_split` | the arm by weight |
/// | `$tidegate_<service>_arm` | the arm after the rules |
/// | `$tidegate_<service>_upstream` | its group of servers |
/// | `$tidegate_<service>_revision` | its revision |
/// | `$tidegate_<service>_tag` | the colours, with commas between; empty without any |
package struct RoutingPrinter {
    let table: RoutingTable
    let writer: MapWriter
    /// In the order of the table's arms.
    let revisions: [String]

    package init(table: RoutingTable, writer: MapWriter, revisions: [String]) {
        self.table = table
        self.writer = writer
        self.revisions = revisions
    }

    package func print() throws(PrintingRefusal) {
        try printColors()
        try printSplit()
        try printRules()
        let arm = writer.name("arm")
        _ = writer.map("", [], otherwise: "\(writer.prefix)_$\(arm.dropFirst().braced)", depth: 0, named: "upstream")
        let live = table.arms.indices.filter { table.arms[$0].weight > .zero }
        _ = writer.map(arm, live.map { (name($0), revisions[$0]) }, otherwise: "\"\"", depth: 0, named: "revision")
    }

    private func name(_ arm: Int) -> String { NginxName.arm(table.arms[arm].arm) }

    private func printColors() throws(PrintingRefusal) {
        guard table.colorsAreOn, !table.tags.isEmpty else {
            _ = writer.map("", [], otherwise: "\"\"", depth: 0, named: "tag")
            return
        }
        // Colours see no colours, so none is known to the printer until all of them are printed.
        var colors: [(tag: String, truth: Operand)] = []
        for tag in table.tags {
            var chain: Operand?
            for color in table.colors.reversed() where color.tag == tag {
                chain = try colorOperand(color, otherwise: chain)
            }
            if let chain { colors.append((tag, chain)) }
        }
        writer.colors = colors
        let depth = (colors.map(\.truth.depth).max() ?? 0) + 1
        let marks = colors.map { writer.map($0.truth.variable, [("1", "\",\($0.tag)\"")], otherwise: "\"\"", depth: $0.truth.depth) }
        let joined = marks.map { "$\($0.variable.dropFirst().braced)" }.joined()
        let first = try NginxText.mapKey(pattern: "^,(.*)")
        _ = writer.map(joined, [(first, "$1")], otherwise: "\"\"", depth: depth, named: "tag")
    }

    /// `1` when the colour's condition holds (an error is no match), or else what the next condition of the same colour says.
    private func colorOperand(_ color: RoutingTable.Color, otherwise: Operand?) throws(PrintingRefusal) -> Operand {
        let rest = otherwise?.variable ?? "0"
        do {
            switch try ConditionPrinter(writer: writer).truth(color.predicate.node) {
            case .constant(let holds):
                return writer.map("", [], otherwise: holds ? "1" : rest, depth: otherwise?.depth ?? 0)
            case .operand(let operand):
                try writer.check(operand, part: color.predicate.source)
                return writer.map(operand.variable, [("1", "1")], otherwise: rest, depth: max(operand.depth, otherwise?.depth ?? 0))
            }
        } catch {
            throw error.within("colour '\(color.tag)'")
        }
    }

    private func printSplit() throws(PrintingRefusal) {
        let split = table.split
        var key: Operand?
        do {
            key = try ConditionPrinter(writer: writer).key(table.key.node)
            if let key { try writer.check(key, part: table.key.source) }
        } catch {
            throw error.within("routing key")
        }
        // The variable is there in any case: the status server sets it to ask where a key leads.
        let variable = key?.variable ?? writer.map("", [], otherwise: "\"\"", depth: 0, named: "key").variable
        var byKey = participantsArm(variable)
        if split.participation > .zero, split.participation < .full {
            let part = writer.name("part")
            writer.line(
                "split_clients \"\(StickyBucket.participationPrefix(salt: split.salt))\(variable)\" \(part) { "
                    + "\(Self.percent(split.participation)) 1; * 0; }")
            byKey = writer.map(part, [("1", byKey)], otherwise: name(split.stable), depth: 2).variable
        }
        _ = writer.map(variable, [("\"\"", name(split.keyless))], otherwise: byKey, depth: 3, named: "split")
    }

    /// The arm of those who take part: a name, or a variable when there are several.
    private func participantsArm(_ key: String) -> String {
        let split = table.split
        guard let last = split.shares.last else { return name(split.stable) }
        guard split.shares.count > 1 else { return name(last.arm) }
        let which = writer.name("which")
        let parts = split.shares.map { "\($0.weight.map(Self.percent) ?? "*") \(name($0.arm)); " }.joined()
        writer.line("split_clients \"\(StickyBucket.armPrefix(salt: split.salt))\(key)\" \(which) { \(parts)}")
        return which
    }

    private func printRules() throws(PrintingRefusal) {
        var next = writer.name("split")
        var depth = 4
        for rule in table.rules.reversed() where rule.isOn {
            do {
                switch try ConditionPrinter(writer: writer).truth(rule.predicate.node) {
                case .constant(false): continue
                case .constant(true): next = name(rule.arm)
                case .operand(let operand):
                    let link = writer.map(operand.variable, [("1", name(rule.arm))], otherwise: next, depth: max(operand.depth, depth))
                    depth = link.depth
                    next = link.variable
                    try writer.check(operand, part: rule.predicate.source)
                }
            } catch {
                throw error.within("rule '\(rule.name)'")
            }
        }
        if depth > 90 {
            throw PrintingRefusal(part: "the rules", reason: "their maps would be nested \(depth) deep, and nginx stops at 100")
        }
        _ = writer.map("", [], otherwise: next, depth: depth, named: "arm")
    }

    private static func percent(_ weight: Weight) -> String {
        let hundredths = weight.basisPoints % 100
        return "\(weight.basisPoints / 100).\(hundredths < 10 ? "0" : "")\(hundredths)%"
    }
}

extension Substring {
    fileprivate var braced: String { "{\(self)}" }
}
