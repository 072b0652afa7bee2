/// Turns the tree of a condition into checked nodes, or says what is wrong with it.
struct ConditionChecker {
    let source: ExpressionSource
    let schema: SignalSchema
    private(set) var names: [String] = []
    var heldTerms: [HeldTerm] = []
    var historyTerms: [HistoryTerm] = []
    var insideHeld = false

    init(source: ExpressionSource, schema: SignalSchema) {
        self.source = source
        self.schema = schema
    }

    // MARK: - Conditions

    mutating func condition(_ tree: Syntax) throws(ExpressionError) -> ConditionNode {
        switch tree.kind {
        case .bool(let value): return .constant(value)
        case .parenthesized(let inner): return try condition(inner)
        case .not(let operand): return .not(try condition(operand))
        case .binary(.and, let left, let right): return .and(try condition(left), try condition(right))
        case .binary(.or, let left, let right): return .or(try condition(left), try condition(right))
        case .binary(.comparison(let operation), let left, let right): return try comparison(operation, left, right, tree)
        case .call(let function, let arguments): return try call(function, arguments, tree)
        case .name, .member, .index:
            let entry = try signal(tree)
            guard entry.kind == .bool else { throw notACondition(tree, entry) }
            return .signal(entry.name)
        default:
            throw source.error(
                .type, "\(Self.meaning(tree)) stands where a condition is wanted", at: tree.range.lowerBound,
                suggestion: "compare it, for example: score < 75")
        }
    }

    private func notACondition(_ tree: Syntax, _ entry: SignalSchema.Entry) -> ExpressionError {
        let example = entry.kind == .string ? "\(entry.name) == \"...\"" : "\(entry.name) < \(exampleLimit(entry))"
        return source.error(
            .type, "'\(entry.name)' is \(entry.meaning), and a condition is wanted", at: tree.range.lowerBound,
            suggestion: "compare it, for example: \(example)")
    }

    private func exampleLimit(_ entry: SignalSchema.Entry) -> String {
        guard let low = entry.minimum, let high = entry.maximum else { return SignalSchema.Entry.number(entry.minimum ?? 1) }
        return SignalSchema.Entry.number((low + high) / 2)
    }

    // MARK: - Comparisons

    enum Kind {
        case condition
        case number
        case string
    }

    mutating func comparison(
        _ operation: ComparisonOperator, _ left: Syntax, _ right: Syntax, _ tree: Syntax
    ) throws(ExpressionError) -> ConditionNode {
        let left = try converted(left, toUnitOf: right)
        let right = try converted(right, toUnitOf: left)
        let leftKind = try kind(left)
        let rightKind = try kind(right)
        switch (leftKind, rightKind) {
        case (.condition, .condition):
            guard operation.isEquality else {
                throw source.error(
                    .type, "'\(operation.rawValue)' compares numbers or texts, not conditions", at: tree.focus,
                    suggestion: "join conditions by 'and' or 'or'")
            }
            let same = ConditionNode.same(try condition(left), try condition(right))
            return operation == .equal ? same : .not(same)
        case (.number, .number), (.string, .string):
            try checkUnits(left, right, of: tree)
            let node = ConditionNode.comparison(operation, try operand(left), try operand(right))
            try checkRange(operation, left, right)
            try checkRange(operation.mirrored, right, left)
            return node
        default:
            throw mismatch(operation, left, leftKind, right, rightKind, at: tree.focus)
        }
    }

    private func mismatch(
        _ operation: ComparisonOperator, _ left: Syntax, _ leftKind: Kind, _ right: Syntax, _ rightKind: Kind, at offset: Int
    ) -> ExpressionError {
        let words: (Kind) -> String = { $0 == .condition ? "true or false" : $0 == .number ? "a number" : "a text" }
        var suggestion: String?
        let (flag, other) = leftKind == .condition ? (left, rightKind) : (right, leftKind)
        if let name = NamePath.text(flag.unwrapped), leftKind == .condition || rightKind == .condition {
            suggestion = other == .string ? "write \(name) == true, or just \(name)" : "write '\(name)' or 'not \(name)'"
        }
        return source.error(
            .type,
            "'\(ExpressionPrinter.text(left))' is \(words(leftKind)) and '\(ExpressionPrinter.text(right))' is \(words(rightKind)): "
                + "'\(operation.rawValue)' cannot compare them", at: offset, suggestion: suggestion)
    }

    /// What kind of value a tree has, without checking all of it.
    func kind(_ tree: Syntax) throws(ExpressionError) -> Kind {
        switch tree.kind {
        case .call(let function, _) where NamePath.text(function) == "percentile": return .number
        case .bool, .not, .binary(.and, _, _), .binary(.or, _, _), .binary(.comparison, _, _), .call: return .condition
        case .parenthesized(let inner): return try kind(inner)
        case .integer, .float, .unary, .binary(.arithmetic, _, _): return .number
        case .string: return .string
        case .name, .member, .index:
            switch try known(tree).kind {
            case .bool: return .condition
            case .number: return .number
            case .string: return .string
            }
        case .nil:
            throw source.error(
                .type, "a signal is never nil: where it is missing, the condition is unknown", at: tree.range.lowerBound,
                suggestion: "use coverage or complete to ask how much was seen")
        case .duration:
            throw source.error(
                .type, "a length of time stands in held(condition, 30s) and its like, or beside a signal that is one",
                at: tree.range.lowerBound)
        default:
            throw source.error(.unsupported, "\(Self.meaning(tree)) cannot be compared here", at: tree.range.lowerBound)
        }
    }

    /// Refuses a comparison with a number that the signal can never be.
    private func checkRange(_ operation: ComparisonOperator, _ left: Syntax, _ right: Syntax) throws(ExpressionError) {
        guard let name = NamePath.text(left.unwrapped), let entry = schema[name], entry.kind == .number,
            let limit = Self.constant(right), let range = entry.range
        else { return }
        let tooLow = entry.minimum.map { limit < $0 } ?? false
        let tooHigh = entry.maximum.map { limit > $0 } ?? false
        guard tooLow || tooHigh else { return }
        let always =
            switch operation {
            case .less, .lessOrEqual: tooHigh
            case .greater, .greaterOrEqual: tooLow
            case .equal: false
            case .notEqual: true
            }
        let isShare = entry.minimum == 0 && entry.maximum == 1 && limit > 1 && limit <= 100
        throw source.error(
            .range,
            "'\(name)' is \(range): '\(ExpressionPrinter.text(left)) \(operation.rawValue) \(ExpressionPrinter.text(right))' is "
                + (always ? "always" : "never") + " true", at: right.range.lowerBound,
            suggestion: isShare
                ? "write a share as \(SignalSchema.Entry.number(limit / 100)) for \(SignalSchema.Entry.number(limit))%"
                : "compare with a number from that range")
    }

    /// The number that a tree without signals comes to.
    static func constant(_ tree: Syntax) -> Double? {
        switch tree.kind {
        case .integer(let value): return Double(value)
        case .float(let value): return value
        case .parenthesized(let inner): return constant(inner)
        case .unary(.negate, let inner): return constant(inner).map { -$0 }
        case .binary(.arithmetic(let operation), let left, let right):
            guard let left = constant(left), let right = constant(right) else { return nil }
            return LuaArithmetic.float(operation, left, right)
        default: return nil
        }
    }

    // MARK: - Operands

    mutating func operand(_ tree: Syntax) throws(ExpressionError) -> ConditionOperand {
        switch tree.kind {
        case .parenthesized(let inner): return try operand(inner)
        case .string(let bytes): return .string(String(decoding: bytes, as: UTF8.self))
        case .integer(let value): return .number(Double(value))
        case .float(let value): return .number(value)
        case .unary(.negate, let inner):
            try checkNumber(inner, of: tree)
            return .negated(try operand(inner))
        case .binary(.arithmetic(let operation), let left, let right) where !operation.isBitwise:
            try checkNumber(left, of: tree)
            try checkNumber(right, of: tree)
            if operation == .add || operation == .subtract { try checkUnits(left, right, of: tree) }
            let node = ConditionOperand.arithmetic(operation, try operand(left), try operand(right))
            if let value = Self.constant(tree), !value.isFinite {
                throw source.error(.range, "'\(ExpressionPrinter.text(tree))' is no finite number", at: tree.focus)
            }
            return node
        case .name, .member, .index:
            return .signal(try signal(tree).name)
        case .call(let function, let arguments) where NamePath.text(function) == "percentile":
            return .figure(try percentile(arguments, tree))
        default:
            throw source.error(
                .unsupported, "\(Self.meaning(tree)) has no meaning over signals", at: tree.focus,
                suggestion: "signals know + - * / // % ^ and comparisons")
        }
    }

    private func checkNumber(_ tree: Syntax, of parent: Syntax) throws(ExpressionError) {
        guard try kind(tree) == .number else {
            throw source.error(
                .type, "'\(ExpressionPrinter.text(tree))' is no number", at: tree.range.lowerBound)
        }
    }

    // MARK: - Signals

    mutating func signal(_ tree: Syntax) throws(ExpressionError) -> SignalSchema.Entry {
        let entry = try known(tree)
        if !names.contains(entry.name) { names.append(entry.name) }
        return entry
    }

    func known(_ tree: Syntax) throws(ExpressionError) -> SignalSchema.Entry {
        guard let name = NamePath.text(tree) else {
            throw source.error(
                .unsupported, "'\(ExpressionPrinter.text(tree))' is not the name of a signal", at: tree.range.lowerBound,
                suggestion: "a key is a string: logs.sequence[\"name\"]")
        }
        // A signal may be called by its keyed name letter by letter, `logs.sequence["retries"]`, though the key could stand behind a dot.
        guard let entry = schema[name] ?? NamePath.keyed(tree).flatMap({ schema[$0] }) else {
            throw source.error(
                .unknownName, "unknown signal '\(name)'", at: tree.range.lowerBound, suggestion: suggestion(for: name))
        }
        return entry
    }

    private func suggestion(for name: String) -> String? {
        // `errors` alone, or `guilty`: the signals that have it as a part.
        let related = schema.names.filter { $0.hasPrefix(name + ".") || $0.hasSuffix("." + name) }
        if !related.isEmpty { return "did you mean " + related.prefix(3).map { "'\($0)'" }.joined(separator: " or ") + "?" }
        if let near = Spelling.suggestion(for: name, among: schema.names) { return near }
        return schema.names.isEmpty
            ? nil
            : "known are \(schema.names.prefix(8).joined(separator: ", "))"
                + (schema.names.count > 8 ? ", ..." : "")
    }

    /// What a tree is, in words.
    static func meaning(_ tree: Syntax) -> String {
        switch tree.kind {
        case .nil: "nil"
        case .bool: "true or false"
        case .integer, .float: "a number"
        case .string: "a text"
        case .duration: "a length of time"
        case .list: "a list"
        case .parenthesized(let inner): meaning(inner)
        case .unary, .binary(.arithmetic, _, _): "arithmetic"
        case .binary(.concatenation, _, _): "a text"
        case .method(_, let name, _): "the method '\(name)'"
        default: "'\(ExpressionPrinter.text(tree))'"
        }
    }
}
