internal import Predicates
internal import ReleaseModel
internal import Routing

extension RoutingPrinter {
    /// The colours: the policy's own in their order, then those of an earlier hop, at most as many as a header carries.
    func printColors() throws(PrintingRefusal) {
        let own = try ownColors()
        let inbound = try InboundPrinter(table: table, writer: writer).printInbound()
        if inbound == nil, own.count == 1, let only = own.first {
            writer.colors = own
            let tag = writer.map(only.truth.variable, [("1", only.tag)], otherwise: "\"\"", depth: only.truth.depth, named: "tag")
            return try InboundPrinter(table: table, writer: writer).printOutgoing(tag, nil)
        }
        var texts = own.map { color in
            writer.map(color.truth.variable, [("1", "\",\(color.tag)\"")], otherwise: "\"\"", depth: color.truth.depth)
        }
        if let inbound {
            let others = try without(own, inbound)
            texts.append(writer.map(others.variable, [("\"\"", "\"\"")], otherwise: "\",\(others.variable)\"", depth: others.depth))
        }
        let tag = try joined(texts)
        writer.colors = own
        if inbound != nil || own.count > ColorHeader.maximumTags { writer.colorList = tag }
        try InboundPrinter(table: table, writer: writer).printOutgoing(tag, inbound)
    }

    private func joined(_ texts: [Operand]) throws(PrintingRefusal) -> Operand {
        guard !texts.isEmpty else { return writer.map("", [], otherwise: "\"\"", depth: 0, named: "tag") }
        let many = try NginxText.mapKey(pattern: "^,((?:[^,]*,){\(ColorHeader.maximumTags - 1)}[^,]*),")
        let few = try NginxText.mapKey(pattern: "^,(.*)")
        let mayBeMany = texts.count > ColorHeader.maximumTags || table.propagation.trust.count > 0
        let depth = texts.map(\.depth).max() ?? 0
        return writer.map(
            texts.map(\.braced).joined(), mayBeMany ? [(many, "$1"), (few, "$1")] : [(few, "$1")], otherwise: "\"\"", depth: depth,
            named: "tag")
    }

    /// The colours of an earlier hop without those that hold here as well.
    private func without(_ own: [(tag: String, truth: Operand)], _ inbound: Operand) throws(PrintingRefusal) -> Operand {
        var list = inbound
        for (tag, truth) in own {
            let name = ColorPattern.blanks + ColorPattern.literal(tag) + ColorPattern.blanks
            let entries = [
                (try NginxText.mapKey(pattern: "^1;\(name)\\z"), "\"\""), (try NginxText.mapKey(pattern: "^1;\(name),(.*)"), "$1"),
                (try NginxText.mapKey(pattern: "^1;(.*),\(name)\\z"), "$1"),
                (try NginxText.mapKey(pattern: "^1;(.*),\(name)(,.*)"), "$1$2"),
            ]
            list = writer.map(truth.braced + ";" + list.braced, entries, otherwise: list.variable, depth: max(truth.depth, list.depth))
            try writer.check(list, part: "the colours of an earlier hop")
        }
        return list
    }

    /// The truth of each colour of the policy; none while colours are off.
    private func ownColors() throws(PrintingRefusal) -> [(tag: String, truth: Operand)] {
        guard table.colorsAreOn else { return [] }
        // Colours see no colours, so none is known to the printer until all of them are printed.
        var colors: [(tag: String, truth: Operand)] = []
        for tag in table.tags {
            var chain: Operand?
            for color in table.colors.reversed() where color.tag == tag {
                chain = try colorOperand(color, otherwise: chain)
            }
            if let chain { colors.append((tag, chain)) }
        }
        return colors
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
}
