/// A tree back to source text: parentheses only where the priorities ask for them or where they were written.
enum ExpressionPrinter {
    /// The text of `tree`; parsing it again gives the same tree.
    static func text(_ tree: Syntax) -> String {
        switch tree.kind {
        case .nil: "nil"
        case .bool(let value): value ? "true" : "false"
        case .integer(let value): integer(value)
        case .float(let value): float(value)
        case .string(let bytes): quoted(bytes)
        case .duration(let microseconds): DurationLiteral.text(microseconds)
        case .name(let name): name
        case .member(let object, let name): "\(prefix(object)).\(name)"
        case .index(let object, let key): "\(prefix(object))[\(text(key))]"
        case .call(let function, let arguments): "\(prefix(function))(\(row(arguments)))"
        case .method(let object, let name, let arguments): "\(prefix(object)):\(name)(\(row(arguments)))"
        case .list(let members): "{\(row(members))}"
        case .not(let operand): "not \(operandText(operand, BinaryOperator.unaryPriority))"
        case .unary(let operation, let operand):
            // A space keeps two minus signs from becoming a comment.
            operation.rawValue + (startsWithSign(operand) ? " " : "") + operandText(operand, BinaryOperator.unaryPriority)
        case .binary(let operation, let left, let right): binary(operation, left, right)
        case .parenthesized(let inner): "(\(text(inner)))"
        }
    }

    private static func row(_ trees: [Syntax]) -> String { trees.map(text).joined(separator: ", ") }

    private static func binary(_ operation: BinaryOperator, _ left: Syntax, _ right: Syntax) -> String {
        let (leftPriority, rightPriority) = operation.priorities
        // On the left an operator must bind at least as tight as this one; its right priority decides what it would take in.
        let leftText = isLooser(left, than: leftPriority, onTheLeft: true) ? "(\(text(left)))" : text(left)
        let rightText = isLooser(right, than: rightPriority, onTheLeft: false) ? "(\(text(right)))" : text(right)
        return "\(leftText) \(operation.text) \(rightText)"
    }

    private static func operandText(_ tree: Syntax, _ priority: Int) -> String {
        isLooser(tree, than: priority, onTheLeft: false) ? "(\(text(tree)))" : text(tree)
    }

    /// Whether `tree` would be torn apart beside an operator of this priority.
    private static func isLooser(_ tree: Syntax, than priority: Int, onTheLeft: Bool) -> Bool {
        switch tree.kind {
        case .binary(let operation, _, let last):
            if onTheLeft {
                // `a .. b .. c` groups to the right, so a left operand of the same priority needs its parentheses.
                return operation.priorities.right < priority || isLooser(last, than: priority, onTheLeft: true)
            }
            return operation.priorities.left <= priority
        case .not(let operand), .unary(_, let operand):
            // -x ^ y is -(x ^ y): a unary operator on the left of a tighter one would swallow it.
            return onTheLeft && (BinaryOperator.unaryPriority < priority || isLooser(operand, than: priority, onTheLeft: true))
        default:
            return false
        }
    }

    private static func startsWithSign(_ tree: Syntax) -> Bool {
        switch tree.kind {
        case .unary(.negate, _): true
        case .integer(let value): value < 0
        case .float(let value): value.sign == .minus
        default: false
        }
    }

    /// What may stand before a dot, a bracket or a call: a name or another suffix; everything else in parentheses.
    private static func prefix(_ tree: Syntax) -> String {
        switch tree.kind {
        case .name, .member, .index, .call, .method, .parenthesized: text(tree)
        default: "(\(text(tree)))"
        }
    }

    static func integer(_ value: Int64) -> String {
        // -9223372036854775808 would read as a float with a minus sign.
        value == .min ? "0x8000000000000000" : "\(value)"
    }

    static func float(_ value: Double) -> String {
        if value.isNaN { return "(0/0)" }
        if value.isInfinite { return value < 0 ? "-1e999" : "1e999" }
        let text = "\(value)"
        return text.contains(".") || text.contains("e") ? text : text + ".0"
    }

    /// A string in double quotes with escapes; bytes that are not part of valid UTF-8 as `\xXX`.
    static func quoted(_ bytes: [UInt8]) -> String {
        let isText = String(validating: bytes, as: UTF8.self) != nil
        var text: [UInt8] = [UInt8(ascii: "\"")]
        for byte in bytes {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"): text += [UInt8(ascii: "\\"), byte]
            case 10: text += Array("\\n".utf8)
            case 13: text += Array("\\r".utf8)
            case 9: text += Array("\\t".utf8)
            case 32..<127: text.append(byte)
            case 128... where isText: text.append(byte)
            default:
                let digits = Array("0123456789abcdef".utf8)
                text += [UInt8(ascii: "\\"), UInt8(ascii: "x"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        text.append(UInt8(ascii: "\""))
        return String(decoding: text, as: UTF8.self)
    }
}
