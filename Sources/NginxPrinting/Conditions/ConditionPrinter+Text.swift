internal import Predicates

/// A text that is known when the configuration is written, or a variable that is empty for nil.
enum PrintedText: Sendable, Hashable {
    case nothing
    case literal([UInt8])
    case operand(Operand)
}

extension RequestNode {
    /// True for what has a text or nil as its value, and never an error.
    var isText: Bool {
        switch self {
        case .field, .literal(.nil), .literal(.string): true
        case .or(let left, let right): left.isText && right.isText
        default: false
        }
    }

    /// True for what has true or false as its value, or an error.
    var isBoolean: Bool {
        switch self {
        case .literal(.bool), .tagged, .not, .comparison, .oneOf, .inCIDR: true
        case .and(let left, let right), .or(let left, let right): left.isBoolean && right.isBoolean
        default: false
        }
    }
}

extension ConditionPrinter {
    /// The text of a field, a literal, or the first of several that is there.
    func text(_ node: RequestNode) throws(PrintingRefusal) -> PrintedText {
        switch node {
        case .literal(.nil): return .nothing
        case .literal(.string(let value)): return .literal(value.bytes)
        case .field(let field, _): return .operand(try writer.variable(of: field))
        case .or(let left, let right):
            switch (try text(left), try text(right)) {
            case (.nothing, let right): return right
            case (.literal(let bytes), _): return .literal(bytes)
            case (let left, .nothing): return left
            case (.operand(let left), .literal(let bytes)):
                return .operand(writer.map(left.variable, [("\"\"", try value(bytes, node))], otherwise: left.variable, depth: left.depth))
            case (.operand(let left), .operand(let right)):
                let depth = max(left.depth, right.depth)
                return .operand(writer.map(left.variable, [("\"\"", right.variable)], otherwise: left.variable, depth: depth))
            }
        default: throw refusal(node, "it is not a field, a text, or a choice among them")
        }
    }

    /// A literal as the value of a map line, where `$` would name a variable and no escape keeps it from that.
    private func value(_ bytes: [UInt8], _ node: RequestNode) throws(PrintingRefusal) -> String {
        let isPlain =
            !bytes.isEmpty && bytes.count <= NginxText.maximumParameter
            && bytes.allSatisfy {
                (48...57).contains($0) || (65...90).contains($0) || (97...122).contains($0) || [45, 46, 95, 47].contains($0)
            }
        guard isPlain else {
            throw refusal(node, "a text as a value may hold only letters, digits, '.', '_', '-' and '/', and at least one")
        }
        return "\"" + String(decoding: bytes, as: UTF8.self) + "\""
    }

    func compare(
        _ comparison: ComparisonOperator, _ left: RequestNode, _ right: RequestNode, _ node: RequestNode
    ) throws(PrintingRefusal) -> PrintedTruth {
        guard comparison.isEquality else { return try order(comparison, left, right, node) }
        if let found = try bucketComparison(comparison, left, right, node) { return found }
        let equal: PrintedTruth
        switch (left, right) {
        case (.literal(let value), let other), (let other, .literal(let value)): equal = try equality(other, value, node)
        default: throw refusal(node, "one side of a comparison must be a constant")
        }
        return comparison == .equal ? equal : negated(equal)
    }

    private func equality(_ node: RequestNode, _ value: LuaValue, _ whole: RequestNode) throws(PrintingRefusal) -> PrintedTruth {
        if node.isText { return try textEquality(try text(node), value) }
        if node.isBoolean {
            let truth = try truth(node)
            if case .bool(let wanted) = value { return wanted ? truth : negated(truth) }
            // A boolean equals nothing else, but an error in it stays one.
            guard case .operand(let operand) = truth else { return .constant(false) }
            return .operand(writer.map(operand.variable, [("e", "e")], otherwise: "0", depth: operand.depth))
        }
        if let found = try caseless(node, value) { return found }
        if case .version(let version) = value { return try order(node, .equal, version, whole) }
        if case .call(let function, let arguments) = node, value == .nil, let found = try match(function, arguments, node) {
            return negated(found)
        }
        throw refusal(whole)
    }

    /// Whether a variable has one of some texts, byte by byte.
    ///
    /// Plain keys are looked up in a hash table, but without regard to case. Where a text has letters the hit is confirmed by a pattern,
    /// which is then computed only for requests that are likely to match.
    func exactly(
        _ operand: Operand, _ texts: [[UInt8]], others: [(key: String, value: String)]
    ) throws(PrintingRefusal) -> Operand {
        var entries = others
        for text in texts {
            let pattern = try NginxText.mapKey(literally: text)
            guard let key = NginxText.plainKey(text) else {
                entries.append((pattern, "1"))
                continue
            }
            if Self.isExact(text, in: operand) {
                entries.append((key, "1"))
                continue
            }
            // Texts that differ only in case are one key to nginx.
            let alike = try texts.filter { Self.lowered($0) == Self.lowered(text) }.map { other throws(PrintingRefusal) in
                (key: try NginxText.mapKey(literally: other), value: "1")
            }
            guard !entries.contains(where: { $0.key == key }) else { continue }
            entries.append((key, writer.map(operand.variable, alike, otherwise: "0", depth: operand.depth).variable))
        }
        return writer.map(operand.variable, entries, otherwise: "0", depth: operand.depth + 1)
    }

    /// True where a look-up without regard to case finds nothing but the text itself: it has no letters, or the variable never has them in
    /// another case. nginx lowers `$host`, and refuses a method with small letters.
    private static func isExact(_ text: [UInt8], in operand: Operand) -> Bool {
        let hasCapitals = text.contains { (65...90).contains($0) }
        let hasSmall = text.contains { (97...122).contains($0) }
        switch operand.variable {
        case "$host", "$scheme": return !hasCapitals
        case "$request_method": return !hasSmall
        default: return !hasCapitals && !hasSmall
        }
    }

    private static func lowered(_ bytes: [UInt8]) -> [UInt8] { bytes.map { (65...90).contains($0) ? $0 | 32 : $0 } }

    private func textEquality(_ text: PrintedText, _ value: LuaValue) throws(PrintingRefusal) -> PrintedTruth {
        switch (text, value) {
        case (.nothing, _): return .constant(value == .nil)
        case (.literal(let bytes), _): return .constant(value == .string(ByteString(bytes: bytes)))
        case (.operand(let operand), .nil): return negated(presence(.operand(operand)))
        case (.operand(let operand), .string(let wanted)) where !wanted.isEmpty:
            return .operand(try exactly(operand, [wanted.bytes], others: []))
        case (.operand, _): return .constant(false)  // a field is never empty (it is nil then), and no text equals a number
        }
    }
}
