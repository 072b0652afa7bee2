internal import Predicates

/// A yes or no that is known when the configuration is written, or one that nginx computes.
enum PrintedTruth: Sendable, Hashable {
    case constant(Bool)
    case operand(Operand)
}

/// Prints checked expressions as maps. It prints exactly what it can give the language's meaning, and refuses the rest by its name.
struct ConditionPrinter {
    let writer: MapWriter

    /// The truth of an expression, as Lua counts truth: everything but nil and false.
    func truth(_ node: RequestNode) throws(PrintingRefusal) -> PrintedTruth {
        switch node {
        case .literal(let value): return .constant(value.isTruthy)
        case .field: return presence(try text(node))
        case .tagged(let tag, _): return try colorTruth(tag)
        case .not(let inner): return negated(try truth(inner))
        case .and(let left, let right): return try both(left, right)
        case .or(let left, let right): return try either(left, right)
        case .comparison(let comparison, let left, let right): return try compare(comparison, left, right, node)
        case .oneOf(let inner, let values): return try member(inner, values, node)
        case .inCIDR(let inner, let networks): return try within(inner, networks, node)
        case .call(let function, let arguments):
            if let found = try match(function, arguments, node) { return found }
            throw refusal(node)
        case .arithmetic, .unary, .concatenation: throw refusal(node)
        }
    }

    func refusal(_ node: RequestNode, _ reason: String = "there is no map for it") -> PrintingRefusal {
        PrintingRefusal(part: node.text, reason: reason)
    }

    private func colorTruth(_ tag: String) throws(PrintingRefusal) -> PrintedTruth {
        guard let list = writer.colorList else {
            return writer.colors.first { $0.tag == tag }.map { .operand($0.truth) } ?? .constant(false)
        }
        let key = try NginxText.mapKey(pattern: ColorPattern.member(tag))
        return .operand(
            try writer.shared("tagged \(tag)") { () throws(PrintingRefusal) in
                writer.map(list.variable, [(key, "1")], otherwise: "0", depth: list.depth)
            })
    }

    /// A text counts as true when it is there.
    func presence(_ text: PrintedText) -> PrintedTruth {
        switch text {
        case .nothing: .constant(false)
        case .literal: .constant(true)
        case .operand(let operand): .operand(writer.map(operand.variable, [("\"\"", "0")], otherwise: "1", depth: operand.depth))
        }
    }

    func negated(_ truth: PrintedTruth) -> PrintedTruth {
        switch truth {
        case .constant(let value): .constant(!value)
        case .operand(let operand):
            .operand(writer.map(operand.variable, [("1", "0"), ("0", "1")], otherwise: "e", depth: operand.depth))
        }
    }

    // The second operand of a map stands beside the key that asks for it, so it is computed only then, and an error in it counts only then.
    private func both(_ left: RequestNode, _ right: RequestNode) throws(PrintingRefusal) -> PrintedTruth {
        switch (try truth(left), try truth(right)) {
        case (.constant(false), _): return .constant(false)
        case (.constant(true), let right): return right
        case (let left, .constant(true)): return left
        case (.operand(let left), .constant(false)):
            return .operand(writer.map(left.variable, [("e", "e")], otherwise: "0", depth: left.depth))
        case (.operand(let left), .operand(let right)):
            return .operand(
                writer.map(left.variable, [("1", right.variable)], otherwise: left.variable, depth: max(left.depth, right.depth)))
        }
    }

    private func either(_ left: RequestNode, _ right: RequestNode) throws(PrintingRefusal) -> PrintedTruth {
        switch (try truth(left), try truth(right)) {
        case (.constant(true), _): return .constant(true)
        case (.constant(false), let right): return right
        case (let left, .constant(false)): return left
        case (.operand(let left), .constant(true)):
            return .operand(writer.map(left.variable, [("e", "e")], otherwise: "1", depth: left.depth))
        case (.operand(let left), .operand(let right)):
            return .operand(
                writer.map(left.variable, [("0", right.variable)], otherwise: left.variable, depth: max(left.depth, right.depth)))
        }
    }

    private func member(_ inner: RequestNode, _ values: [LuaValue], _ node: RequestNode) throws(PrintingRefusal) -> PrintedTruth {
        guard inner.isText else { throw refusal(node, "only the value of a text can be looked up in a list") }
        switch try text(inner) {
        case .nothing: return .constant(values.contains(.nil))
        case .literal(let bytes): return .constant(values.contains(.string(ByteString(bytes: bytes))))
        case .operand(let operand):
            // A text equals no number, no version and no boolean; an empty one counts as absent.
            let texts = values.compactMap { value -> [UInt8]? in
                if case .string(let text) = value, !text.isEmpty { text.bytes } else { nil }
            }
            return .operand(try exactly(operand, texts, others: values.contains(.nil) ? [("\"\"", "1")] : []))
        }
    }
}
