internal import Predicates

extension ConditionPrinter {
    /// A sticky key or stratum as a variable, empty where a request has none; nil where no request can have one.
    func key(_ node: RequestNode, named word: String? = nil) throws(PrintingRefusal) -> Operand? {
        var value = ""
        var depth = 0
        var needed: [Operand] = []
        for part in Self.parts(of: node) {
            switch try text(part) {
            case .nothing: return nil
            case .literal(let bytes): value += try Self.plain(bytes, part)
            case .operand(let operand):
                value += operand.braced
                depth = max(depth, operand.depth)
                needed.append(operand)
            }
        }
        // Joining a text with nil is an error, and an error in the key is no key: every variable must be there.
        guard let last = needed.popLast() else {
            throw PrintingRefusal(part: node.text, reason: "every request would have the same key or stratum")
        }
        for operand in needed.reversed() {
            value =
                writer.map(operand.variable, [("\"\"", "\"\"")], otherwise: value.isVariable ? value : "\"\(value)\"", depth: depth)
                .variable
            depth += 1
        }
        if last.braced == value {
            // A key that is one variable needs no map; where it needs a name, that is an alias.
            return word == nil ? last : writer.map("", [], otherwise: last.variable, depth: depth, named: word)
        }
        let source = last.variable
        return writer.map(source, [("\"\"", "\"\"")], otherwise: value.isVariable ? value : "\"\(value)\"", depth: depth, named: word)
    }

    private static func parts(of node: RequestNode) -> [RequestNode] {
        if case .concatenation(let left, let right) = node { return parts(of: left) + parts(of: right) }
        return [node]
    }

    private static func plain(_ bytes: [UInt8], _ node: RequestNode) throws(PrintingRefusal) -> String {
        guard NginxText.isPlain(bytes) else {
            throw PrintingRefusal(part: node.text, reason: "a text within the key may hold only letters, digits and . _ - / : |")
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}

extension String {
    /// True for `$name` alone.
    fileprivate var isVariable: Bool { hasPrefix("$") && !dropFirst().contains("$") && !contains("{") && !contains("|") }
}
