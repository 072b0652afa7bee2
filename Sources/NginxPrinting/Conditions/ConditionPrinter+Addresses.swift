internal import Predicates

extension ConditionPrinter {
    /// What looks like an address. `geo` reads leading zeros where the language does not, so texts pass through this first.
    private static let addressShape = #"^(?:(?:0|[1-9][0-9]{0,2})\.){3}(?:0|[1-9][0-9]{0,2})\z|:"#

    /// Whether an address lies in one of the networks, as a `geo` block.
    func within(_ inner: RequestNode, _ networks: [IPNetwork], _ node: RequestNode) throws(PrintingRefusal) -> PrintedTruth {
        guard inner.isText, case .operand(let operand) = try text(inner) else { throw refusal(node, "it is not an address in a field") }
        let texts = networks.map(\.description)
        if case .field(.clientAddress, _) = inner {
            return .operand(writer.geo(operand.variable, networks: Self.unique(texts), depth: operand.depth))
        }
        // For a text that is no address geo looks up 255.255.255.255.
        if networks.contains(where: { $0.contains(Self.broadcast) }) {
            throw refusal(node, "a network that holds 255.255.255.255 would take in texts that are no addresses")
        }
        let key = try NginxText.mapKey(pattern: Self.addressShape)
        let shaped = writer.map(operand.variable, [(key, operand.variable)], otherwise: "\"\"", depth: operand.depth)
        return .operand(writer.geo(shaped.variable, networks: Self.unique(texts), depth: shaped.depth))
    }

    private static let broadcast = IPAddress("255.255.255.255")!

    private static func unique(_ texts: [String]) -> [String] {
        texts.reduce(into: []) { unique, text in if !unique.contains(text) { unique.append(text) } }
    }
}
