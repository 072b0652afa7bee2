internal import Predicates
internal import ReleaseModel
internal import Routing

/// Prints what comes from an earlier hop and goes on to the next: the colours that are believed, the count of hops, and baggage.
///
/// As `ColorGate` does for peers of trusted networks, with two differences: a list that holds anything but names is not believed at all, and
/// a count of hops has no leading zeros.
struct InboundPrinter {
    let table: RoutingTable
    let writer: MapWriter

    private var propagation: Propagation { table.propagation }

    /// The believed colours; nil where no network is trusted.
    func printInbound() throws(PrintingRefusal) -> Operand? {
        guard !propagation.trust.isEmpty else {
            _ = writer.map("", [], otherwise: "\"\"", depth: 0, named: "inbound")
            return nil
        }
        let header = try writer.variable(of: .header(table.tagHeader))
        let networks = propagation.trust.compactMap { IPNetwork($0)?.description }
        let trusted = writer.geo("$remote_addr", networks: networks, depth: 1)
        let next = try nextHop()
        let counted = writer.map(next.variable, [("\"\"", "\"\"")], otherwise: header.variable, depth: next.depth)
        let believed = writer.map(trusted.variable, [("1", counted.variable)], otherwise: "\"\"", depth: max(trusted.depth, counted.depth))
        let list = try NginxText.mapKey(pattern: ColorPattern.list)
        return writer.map(header.variable, [(list, believed.variable)], otherwise: "\"\"", depth: believed.depth, named: "inbound")
    }

    /// One more than the hops that the colours have come; empty where that is too many or no number.
    private func nextHop() throws(PrintingRefusal) -> Operand {
        try writer.shared("next hop") { () throws(PrintingRefusal) in
            let header = try writer.variable(of: .header(HeaderName.hops(of: table.tagHeader)))
            let counts = (0..<propagation.maximumHops).map { (key: "\($0)", value: "\($0 + 1)") }
            return writer.map(header.variable, [("\"\"", "1")] + counts, otherwise: "\"\"", depth: header.depth)
        }
    }

    /// The number of this hop, the hops that the colours have come with it, and the baggage.
    func printOutgoing(_ tag: Operand, _ inbound: Operand?) throws(PrintingRefusal) {
        var hop = (value: "1", depth: 0)
        if let inbound {
            let next = try nextHop()
            let counted = writer.map(
                inbound.variable, [("\"\"", "1")], otherwise: next.variable, depth: max(inbound.depth, next.depth), named: "hop")
            hop = (counted.variable, counted.depth)
        } else {
            _ = writer.map("", [], otherwise: hop.value, depth: 0, named: "hop")
        }
        _ = writer.map(tag.variable, [("\"\"", "\"\"")], otherwise: hop.value, depth: max(tag.depth, hop.depth), named: "hops")
        if let name = propagation.baggage { try BaggagePrinter(writer: writer, name: name).printBaggage(tag) }
    }
}
