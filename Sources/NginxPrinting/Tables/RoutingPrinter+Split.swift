internal import Predicates
internal import ReleaseModel
internal import Routing

extension RoutingPrinter {
    /// Key and weights: who takes part, and which arm a participant gets. Gives the arm by weight.
    func printSplit() throws(PrintingRefusal) -> Operand {
        let split = table.split
        let key = try printKey()
        let which = try participantsArm(key)
        var arm = which.value
        var depth = which.depth
        if split.participation > .zero, split.participation < .full {
            let prefix = split.layer.map { StickyBucket.layerPrefix($0.name) } ?? StickyBucket.participationPrefix(salt: split.salt)
            let before = (weight: split.layer?.from ?? .zero, value: "0")
            let part = writer.split(
                prefix + key.variable, [before, (split.participation, "1")], otherwise: "0", depth: key.depth, named: "part")
            let who = writer.map(part.variable, [("1", arm)], otherwise: name(split.stable), depth: max(part.depth, depth))
            (arm, depth) = (who.variable, who.depth)
        }
        return writer.map(key.variable, [("\"\"", name(split.keyless))], otherwise: arm, depth: max(key.depth, depth), named: "split")
    }

    /// The sticky key. The variable is there in any case: the status server sets it to ask where a key leads.
    private func printKey() throws(PrintingRefusal) -> Operand {
        do {
            if let key = try ConditionPrinter(writer: writer).key(table.key.node, named: "key") {
                try writer.check(key, part: table.key.source)
                return key
            }
        } catch {
            throw error.within("routing key")
        }
        return writer.map("", [], otherwise: "\"\"", depth: 0, named: "key")
    }

    /// The arm of those who take part: a name, or a variable when there are several.
    private func participantsArm(_ key: Operand) throws(PrintingRefusal) -> (value: String, depth: Int) {
        let split = table.split
        guard let last = split.shares.last else { return (name(split.stable), 0) }
        guard split.shares.count > 1 else { return (name(last.arm), 0) }
        let strata = try strataText()
        let parts = split.shares.compactMap { share in share.weight.map { (weight: $0, value: name(share.arm)) } }
        let which = writer.split(
            StickyBucket.armPrefix(salt: split.salt) + strata.text + key.variable, parts, otherwise: name(last.arm),
            depth: max(strata.depth, key.depth), named: "which")
        return (which.variable, which.depth)
    }

    /// What stands before the key where the arms are divided within strata: `${region}|${device}|`.
    private func strataText() throws(PrintingRefusal) -> (text: String, depth: Int) {
        var text = ""
        var depth = 0
        for (index, stratum) in table.strata.enumerated() {
            do {
                if let value = try ConditionPrinter(writer: writer).key(stratum.node) {
                    try writer.check(value, part: stratum.source)
                    text += value.braced
                    depth = max(depth, value.depth)
                }
            } catch {
                throw error.within("stratum \(index + 1)")
            }
            text.unicodeScalars.append(Unicode.Scalar(StickyBucket.stratumSeparator))
        }
        return (text, depth)
    }
}
