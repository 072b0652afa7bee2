/// Prints one predicate as a function, with the constants and part functions that it needs.
struct SwiftFunctionPrinter {
    /// Conditions joined in one line, before a part becomes a function of its own: the type checker of Swift minds long lines more than a
    /// reader does.
    private static let longestLine = 3

    let name: String
    /// Declarations that stand beside the function.
    private var beside: [String] = []
    private var partCount = 0
    /// Whether what was printed since it was last cleared can throw, and whether it counts steps of patterns.
    var throwing = false
    var counting = false

    init(name: String) { self.name = name }

    mutating func function(_ predicate: RequestPredicate) -> String {
        let body = statements(predicate.node)
        var fields: [Int: RequestField] = [:]
        predicate.node.collectFields(into: &fields)
        let slots = fields.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: ", ")
        let documentation =
            predicate.source.split(whereSeparator: \.isNewline).map { "/// \($0)" }
            + (slots.isEmpty ? [] : ["///", "/// Slots: \(slots.split(whereSeparator: \.isNewline).joined(separator: " "))."])
        return (beside.map { $0 + "\n" } + [documentation.joined(separator: "\n")]).joined(separator: "\n")
            + "\npublic func \(name)(_ request: RequestView)\(throwing ? " throws" : "") -> Bool {\n\(body)}\n"
    }

    /// The lines of a function that returns the truth of `node`: a row of `and` as guards, a row of `or` as early answers.
    private mutating func statements(_ node: RequestNode) -> String {
        let saved = counting
        counting = false
        defer { counting = saved }
        var lines: [String] = []
        if case .and = node {
            let terms = node.flattened { if case .and(let left, let right) = $0 { (left, right) } else { nil } }
            for term in terms.dropLast() { lines.append("guard \(attempted(term)) else { return false }") }
            lines.append("return \(attempted(terms[terms.count - 1]))")
        } else if case .or = node {
            let terms = node.flattened { if case .or(let left, let right) = $0 { (left, right) } else { nil } }
            for term in terms.dropLast() { lines.append("if \(attempted(term)) { return true }") }
            lines.append("return \(attempted(terms[terms.count - 1]))")
        } else {
            lines.append("return \(attempted(node))")
        }
        if counting { lines.insert("var steps = 0", at: 0) }
        return lines.map { "    \($0)\n" }.joined()
    }

    /// A condition as a whole expression, with `try` where it can fail.
    private mutating func attempted(_ node: RequestNode) -> String {
        let saved = throwing
        throwing = false
        let text = truth(node, isWhole: true)
        defer { throwing = throwing || saved }
        return throwing ? "try \(text)" : text
    }

    /// A function of its own for a part that would make its line long; the call of it.
    private mutating func part(_ node: RequestNode) -> String {
        partCount += 1
        let partName = "\(name)Part\(partCount)"
        let saved = throwing
        throwing = false
        let body = statements(node)
        beside.append("private func \(partName)(_ request: RequestView)\(throwing ? " throws" : "") -> Bool {\n\(body)}")
        throwing = throwing || saved
        return "\(partName)(request)"
    }

    /// A constant beside the function; its name.
    private mutating func constant(_ kind: String, _ type: String, _ value: String) -> String {
        let constantName = "\(name)\(kind)\(beside.count + 1)"
        beside.append("private let \(constantName): \(type) = \(value)")
        return constantName
    }

    // MARK: - Conditions

    /// A node as a `Bool`.
    mutating func truth(_ node: RequestNode, isWhole: Bool = false) -> String {
        switch node {
        case .literal(let value): return value.isTruthy ? "true" : "false"
        case .field(_, let slot), .tagged(_, let slot): return "request.has(\(slot))"
        case .not(let operand): return negated(truth(operand))
        case .and, .or:
            guard node.conditionCount <= Self.longestLine else { return part(node) }
            let isAnd = if case .and = node { true } else { false }
            let terms = node.flattened { inner in
                switch inner {
                case .and(let left, let right) where isAnd: (left, right)
                case .or(let left, let right) where !isAnd: (left, right)
                default: nil
                }
            }
            // A comparison binds tighter than `&&`; an `or` within an `and` has parentheses of its own.
            let text = terms.map { term in
                if case .comparison = term { truth(term, isWhole: true) } else { truth(term) }
            }.joined(separator: isAnd ? " && " : " || ")
            return isWhole ? text : "(\(text))"
        case .comparison(let operation, let left, let right): return comparison(operation, left, right, isWhole: isWhole)
        case .oneOf(let subject, let members): return oneOf(subject, members)
        case .inCIDR(let address, let networks):
            let list = constant("Networks", "[IPNetwork]", SwiftLiteral.networks(networks))
            if case .field(_, let slot) = address { return "request.isWithin(\(slot), \(list))" }
            return "LuaRuntime.isWithin(\(value(address)), \(list))"
        case .call(let function, let arguments):
            if let match = match(function, arguments) { return match }
            return "\(value(node)).isTruthy"
        case .arithmetic, .unary, .concatenation: return "\(value(node)).isTruthy"
        }
    }

    /// The opposite of a condition that is one term: a name, a call, something in parentheses, or one of these with `!` before it.
    private func negated(_ term: String) -> String { term.hasPrefix("!") ? String(term.dropFirst()) : "!\(term)" }

    private mutating func comparison(
        _ operation: ComparisonOperator, _ left: RequestNode, _ right: RequestNode, isWhole: Bool
    ) -> String {
        let symbol = operation == .notEqual ? "!=" : operation.rawValue
        if operation.isEquality, let text = equality(left, right) ?? equality(right, left) {
            return operation == .equal ? text : negated(text)
        }
        if !operation.isEquality, let text = share(operation, left, right) ?? share(operation.mirrored, right, left) {
            return isWhole ? text : "(\(text))"
        }
        if let a = integer(left), let b = integer(right) { return isWhole ? "\(a) \(symbol) \(b)" : "(\(a) \(symbol) \(b))" }
        if operation.isEquality { return "\(operation == .equal ? "" : "!")LuaRuntime.equals(\(value(left)), \(value(right)))" }
        let call = "LuaRuntime.compare(.\(operation), \(value(left)), \(value(right)))"
        throwing = true
        return call
    }

    /// `percent` and `bucket` against a constant: a comparison of buckets. Without a key it fails, as the comparison with nil does.
    private mutating func share(_ operation: ComparisonOperator, _ left: RequestNode, _ right: RequestNode) -> String? {
        guard case .call(let function, let arguments) = left, function == .percent || function == .bucket,
            case .field(_, let slot) = arguments[0], case .literal(let bound) = right, bound.isNumber, LuaOperations.equals(bound, bound)
        else { return nil }
        var salt = ""
        if arguments.count > 1 {
            guard case .literal(.string(let given)) = arguments[1], let text = SwiftLiteral.text(given.bytes) else { return nil }
            salt = ", salt: \(text)"
        }
        // `<=` and `>` take in the buckets that equal the bound, `<` and `>=` do not.
        let orEqual = operation == .lessOrEqual || operation == .greater
        let below =
            function == .bucket
            ? SplitBucket.buckets(below: bound, orEqual: orEqual) : SplitBucket.percentages(below: bound, orEqual: orEqual)
        throwing = true
        let symbol = operation == .less || operation == .lessOrEqual ? "<" : ">="
        return "request.bucket(\(slot)\(salt)) \(symbol) \(below)"
    }

    /// Equality with a constant text or nil.
    private mutating func equality(_ node: RequestNode, _ constant: RequestNode) -> String? {
        guard case .literal(let value) = constant else { return nil }
        switch (node, value) {
        case (.field(_, let slot), .nil): return "!request.has(\(slot))"
        case (.field(_, let slot), .string(let string)): return SwiftLiteral.text(string.bytes).map { "request.equals(\(slot), \($0))" }
        case (.call(let function, let arguments), .nil): return match(function, arguments).map { negated($0) }
        default: return nil
        }
    }

    private mutating func oneOf(_ subject: RequestNode, _ members: [LuaValue]) -> String {
        let texts = members.map { member in if case .string(let string) = member { SwiftLiteral.text(string.bytes) } else { nil as String? }
        }
        if case .field(_, let slot) = subject, members.count <= 4, !texts.contains(nil) {
            return "(\(texts.compactMap { $0 }.map { "request.equals(\(slot), \($0))" }.joined(separator: " || ")))"
        }
        let list = constant("Members", "[LuaValue]", "[\(members.map { SwiftLiteral.value($0) }.joined(separator: ", "))]")
        return "LuaRuntime.isOneOf(\(value(subject)), \(list))"
    }

    /// A Lua pattern that is a constant text, searched from the start of a field.
    private mutating func match(_ function: RequestFunction, _ arguments: [RequestNode]) -> String? {
        if function == .regexMatch, case .field(_, let slot) = arguments[0], case .literal(.string(let pattern)) = arguments[1],
            case .literal(.string(let options)) = arguments[2]
        {
            throwing = true
            counting = true
            let rows = [pattern, options].map { text in
                SwiftLiteral.text(text.bytes).map { "Array(\($0).utf8)" } ?? "[\(text.bytes.map { "\($0)" }.joined(separator: ", "))]"
            }
            let regex = constant("Regex", "RequestRegex", "RequestRegex(checked: \(rows[0]), options: \(rows[1]))")
            return "request.matches(\(slot), \(regex), &steps)"
        }
        guard function == .match, arguments.count == 2, case .field(_, let slot) = arguments[0],
            case .literal(.string(let pattern)) = arguments[1], let text = SwiftLiteral.text(pattern.bytes)
        else { return nil }
        throwing = true
        counting = true
        return "request.matches(\(slot), \(text), &steps)"
    }
}
