/// Turns the tree of an expression over requests into checked nodes, or says what is wrong with it.
struct RequestChecker {
    let source: ExpressionSource
    var slots: RequestSlots
    /// Whether an operation that can never succeed is refused here rather than when it is evaluated.
    let checksTypes: Bool

    /// A checked node with the types that its value may have.
    typealias Typed = (node: RequestNode, types: ValueTypes)

    // MARK: - Whole expressions

    /// An expression that is to be true or false.
    mutating func predicate(_ tree: Syntax) throws(ExpressionError) -> RequestNode {
        let (node, types) = try check(tree)
        if checksTypes, types.falsy.isEmpty {
            let isNumber = types.isSubset(of: .number)
            throw source.error(
                .type,
                "a condition is wanted, and \(isNumber ? "a number" : types.words) is always true, also \(isNumber ? "0" : "when empty")",
                at: tree.focus, suggestion: isNumber ? "compare it, for example: ... < 30" : "compare it, for example: ... == \"x\"")
        }
        return node
    }

    /// An expression whose value is a text (or a number, which is printed).
    mutating func key(_ tree: Syntax) throws(ExpressionError) -> RequestNode {
        let (node, types) = try check(tree)
        if checksTypes, types.isDisjoint(with: .text) {
            throw source.error(
                .type, "a key is a text, and this is \(types.words)", at: tree.focus,
                suggestion: "for example: header[\"x-user-id\"] or cookie.uid or client.address")
        }
        return node
    }

    // MARK: - Nodes

    mutating func check(_ tree: Syntax) throws(ExpressionError) -> Typed {
        let checked = try checkUnfolded(tree)
        guard case .literal = checked.node else { return try folded(checked, tree) }
        return checked
    }

    private mutating func checkUnfolded(_ tree: Syntax) throws(ExpressionError) -> Typed {
        switch tree.kind {
        case .nil: return literal(.nil)
        case .bool(let value): return literal(.bool(value))
        case .integer(let value): return literal(.integer(value))
        case .float(let value): return literal(.float(value))
        case .string(let bytes): return literal(.string(ByteString(bytes: bytes)))
        case .parenthesized(let inner): return try check(inner)
        case .not(let operand): return (.not(try check(operand).node), .bool)
        case .unary(let operation, let operand): return try unary(operation, operand, tree)
        case .binary(let operation, let left, let right): return try binary(operation, left, right, tree)
        case .name, .member, .index: return try field(tree)
        case .call(let function, let arguments): return try call(function, arguments, tree)
        case .method(let object, let name, let arguments): return try method(object, name, arguments, tree)
        case .list:
            throw source.error(
                .unsupported, "a list stands only as an argument", at: tree.range.lowerBound,
                suggestion: "write oneOf(x, {\"a\", \"b\"})")
        case .duration:
            throw source.error(.unsupported, "a length of time has no meaning over requests", at: tree.range.lowerBound)
        }
    }

    private func literal(_ value: LuaValue) -> Typed { (.literal(value), ValueTypes(of: value)) }

    /// A node all of whose parts are literals, as the literal that it comes to.
    private func folded(_ checked: Typed, _ tree: Syntax) throws(ExpressionError) -> Typed {
        guard checked.node.isConstant else { return checked }
        do {
            return literal(try RequestEvaluation.value(checked.node, RequestView(values: [])))
        } catch {
            guard checksTypes else { return checked }
            throw source.error(.type, "'\(ExpressionPrinter.text(tree))' has no value: \(error)", at: tree.focus)
        }
    }

    // MARK: - Operators

    private mutating func unary(_ operation: UnaryOperator, _ operand: Syntax, _ tree: Syntax) throws(ExpressionError) -> Typed {
        let (node, types) = try check(operand)
        switch operation {
        case .length:
            try require(.string, types, "the length of", operand, tree)
            return (.unary(operation, node), .integer)
        case .negate, .bitwiseNot:
            try require(operation == .bitwiseNot ? .number : .text, types, "arithmetic on", operand, tree)
            let result: ValueTypes = operation == .bitwiseNot ? .integer : types.contains(.string) ? .number : types.intersection(.number)
            return (.unary(operation, node), result)
        }
    }

    private mutating func binary(
        _ operation: BinaryOperator, _ left: Syntax, _ right: Syntax, _ tree: Syntax
    ) throws(ExpressionError) -> Typed {
        if case .arithmetic(.subtract) = operation { try checkNotAHyphen(left, right) }
        let (leftNode, leftTypes) = try check(left)
        let (rightNode, rightTypes) = try check(right)
        switch operation {
        case .and:
            let truthy = leftTypes.subtracting(.nil)
            return (.and(leftNode, rightNode), truthy.isEmpty ? leftTypes : leftTypes.falsy.union(rightTypes))
        case .or:
            let kept = leftTypes.subtracting(.nil)
            return (.or(leftNode, rightNode), leftTypes.falsy.isEmpty ? leftTypes : kept.union(rightTypes))
        case .comparison(let comparison):
            try checkComparison(comparison, left, leftTypes, right, rightTypes, tree)
            return (.comparison(comparison, leftNode, rightNode), .bool)
        case .concatenation:
            try require(.text, leftTypes, "joining", left, tree)
            try require(.text, rightTypes, "joining", right, tree)
            return (.concatenation(leftNode, rightNode), .string)
        case .arithmetic(let arithmetic):
            let wanted: ValueTypes = arithmetic.isBitwise ? .number : .text
            try require(wanted, leftTypes, "arithmetic on", left, tree)
            try require(wanted, rightTypes, "arithmetic on", right, tree)
            let result: ValueTypes =
                switch arithmetic {
                case .divide, .power: .float
                case _ where arithmetic.isBitwise: .integer
                default: leftTypes.union(rightTypes).isSubset(of: .integer) ? .integer : .number
                }
            return (.arithmetic(arithmetic, leftNode, rightNode), result)
        }
    }

    /// Refuses an operand that can have none of the wanted types.
    private func require(
        _ wanted: ValueTypes, _ types: ValueTypes, _ what: String, _ operand: Syntax, _ tree: Syntax
    ) throws(ExpressionError) {
        guard checksTypes, types.isDisjoint(with: wanted) else { return }
        throw source.error(
            .type, "\(what) '\(ExpressionPrinter.text(operand))' always fails: it is \(types.words)", at: operand.range.lowerBound)
    }

    private func checkComparison(
        _ operation: ComparisonOperator, _ left: Syntax, _ leftTypes: ValueTypes, _ right: Syntax, _ rightTypes: ValueTypes, _ tree: Syntax
    ) throws(ExpressionError) {
        guard checksTypes else { return }
        let groups: [ValueTypes] = operation.isEquality ? [.nil, .bool, .number, .string, .version] : [.number, .string, .version]
        let canHold = groups.contains { !leftTypes.isDisjoint(with: $0) && !rightTypes.isDisjoint(with: $0) }
        guard !canHold else { return }
        let (a, b) = (ExpressionPrinter.text(left), ExpressionPrinter.text(right))
        let verdict =
            operation.isEquality
            ? (operation == .equal ? "they are never equal" : "they always differ") : "'\(operation.rawValue)' always fails"
        throw source.error(
            .type, "'\(a)' is \(leftTypes.words) and '\(b)' is \(rightTypes.words): \(verdict)", at: tree.focus,
            suggestion: comparisonSuggestion(operation, left, leftTypes, right, rightTypes))
    }

    private func comparisonSuggestion(
        _ operation: ComparisonOperator, _ left: Syntax, _ leftTypes: ValueTypes, _ right: Syntax, _ rightTypes: ValueTypes
    ) -> String? {
        let (text, other, otherTypes) = leftTypes.contains(.string) ? (left, right, rightTypes) : (right, left, leftTypes)
        guard leftTypes.union(rightTypes).contains(.string) else { return nil }
        if !otherTypes.isDisjoint(with: .number) {
            return operation.isEquality
                ? "write it in quotes: \"\(ExpressionPrinter.text(other))\"" : "write tonumber(\(ExpressionPrinter.text(text)))"
        }
        if otherTypes.contains(.bool), operation.isEquality { return "write it in quotes: \"\(ExpressionPrinter.text(other))\"" }
        if otherTypes.contains(.version) { return "write semver(\(ExpressionPrinter.text(text)))" }
        return nil
    }

    /// `header.x-canary` is a subtraction; it was surely meant as a name.
    private func checkNotAHyphen(_ left: Syntax, _ right: Syntax) throws(ExpressionError) {
        guard case .member(let table, let first) = left.kind, let table = NamePath.text(table),
            RequestNames.tables.contains(table), case .name(let second) = right.kind, RequestNames.field(second) == nil
        else { return }
        throw source.error(
            .unknownName, "'\(first)-\(second)' is not a name, it is a subtraction", at: left.range.lowerBound,
            suggestion: "write \(table)[\"\(first)-\(second)\"]")
    }

    /// The slot node of a field.
    mutating func slotted(_ field: RequestField) -> Typed {
        let slot = slots.slot(for: field)
        if case .tag(let name) = field { return (.tagged(name, slot: slot), .bool) }
        return (.field(field, slot: slot), [.string, .nil])
    }
}

extension RequestNode {
    /// Whether the node is an operation on literals only. A literal itself is not.
    var isConstant: Bool {
        switch self {
        case .literal, .field, .tagged: false
        case .not(let operand), .unary(_, let operand), .oneOf(let operand, _), .inCIDR(let operand, _): operand.isLiteral
        case .and(let left, let right), .or(let left, let right), .comparison(_, let left, let right), .arithmetic(_, let left, let right),
            .concatenation(let left, let right):
            left.isLiteral && right.isLiteral
        case .call(.now, _): false
        case .call(_, let arguments): arguments.allSatisfy(\.isLiteral)
        }
    }

    var isLiteral: Bool { if case .literal = self { true } else { false } }
}
