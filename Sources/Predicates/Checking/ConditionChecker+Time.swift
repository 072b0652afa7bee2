/// Terms over time: `held`, `rising`, `falling`, `percentile`; and the spelled-out comparisons `above` and `below`.
extension ConditionChecker {
    /// The functions of the language of signals.
    static let functions = ["held", "rising", "falling", "above", "below", "percentile"]

    mutating func call(_ function: Syntax, _ arguments: [Syntax], _ tree: Syntax) throws(ExpressionError) -> ConditionNode {
        let name = NamePath.text(function) ?? ExpressionPrinter.text(function)
        switch name {
        case "held": return try held(arguments, tree)
        case "rising": return try trend(.rising, name, arguments, tree)
        case "falling": return try trend(.falling, name, arguments, tree)
        case "above": return try compared(.greater, name, arguments, tree)
        case "below": return try compared(.less, name, arguments, tree)
        case "percentile":
            throw source.error(
                .type, "percentile is a number, and a condition is wanted", at: tree.range.lowerBound,
                suggestion: "compare a signal with it, for example: above(score, percentile(10, score, 1h))")
        default:
            throw source.error(
                .unknownFunction, "unknown function '\(name)'", at: function.range.lowerBound,
                suggestion: Spelling.suggestion(for: name, among: Self.functions)
                    ?? "conditions over signals know \(Self.functions.joined(separator: ", "))")
        }
    }

    private mutating func held(_ arguments: [Syntax], _ tree: Syntax) throws(ExpressionError) -> ConditionNode {
        try checkCount(arguments, 2, "held takes a condition and a length of time", "held(score < 75, 30s)", tree)
        let microseconds = try span(arguments[1], "second", of: "held")
        guard (1...HeldTerm.maximumMicroseconds).contains(microseconds) else {
            throw source.error(
                .range, "held looks back between 1us and \(DurationLiteral.text(HeldTerm.maximumMicroseconds))",
                at: arguments[1].range.lowerBound)
        }
        if insideHeld {
            throw source.error(.unsupported, "held cannot stand within held", at: tree.range.lowerBound)
        }
        guard heldTerms.count < ExpressionLimits.heldTerms else {
            throw source.error(.limit, "more than \(ExpressionLimits.heldTerms) held terms in one condition", at: tree.range.lowerBound)
        }
        insideHeld = true
        defer { insideHeld = false }
        let node = try condition(arguments[0])
        let text = String(decoding: source.bytes[arguments[0].range], as: UTF8.self)
        heldTerms.append(HeldTerm(source: text, microseconds: microseconds, node: node))
        return .held(heldTerms.count - 1)
    }

    private mutating func trend(
        _ kind: HistoryTerm.Kind, _ name: String, _ arguments: [Syntax], _ tree: Syntax
    ) throws(ExpressionError) -> ConditionNode {
        try checkCount(arguments, 2, "\(name) takes a signal and a length of time", "\(name)(score, 5m)", tree)
        return .trend(try history(kind, name, signal: arguments[0], span: arguments[1], "second", tree))
    }

    /// The index of a `percentile(99, signal, 1h)`.
    mutating func percentile(_ arguments: [Syntax], _ tree: Syntax) throws(ExpressionError) -> Int {
        let example = "percentile(99, score, 1h)"
        try checkCount(arguments, 3, "percentile takes a share from 0 to 100, a signal and a length of time", example, tree)
        guard let share = Self.constant(arguments[0]), (0...100).contains(share) else {
            throw source.error(
                .range, "the first argument of percentile is a number from 0 to 100", at: arguments[0].range.lowerBound,
                suggestion: "for example: \(example)")
        }
        return try history(.percentile(share), "percentile", signal: arguments[1], span: arguments[2], "third", tree)
    }

    private mutating func history(
        _ kind: HistoryTerm.Kind, _ name: String, signal: Syntax, span: Syntax, _ position: String, _ tree: Syntax
    ) throws(ExpressionError) -> Int {
        guard NamePath.text(signal.unwrapped) != nil, try self.kind(signal) == .number else {
            throw source.error(
                .type, "\(name) looks at a signal that is a number, not at \(Self.meaning(signal))", at: signal.range.lowerBound)
        }
        let entry = try self.signal(signal.unwrapped)
        let microseconds = try self.span(span, position, of: name)
        guard HistoryTerm.microsecondsRange.contains(microseconds) else {
            let range = HistoryTerm.microsecondsRange
            throw source.error(
                .range,
                "\(name) looks back between \(DurationLiteral.text(range.lowerBound)) and \(DurationLiteral.text(range.upperBound))",
                at: span.range.lowerBound)
        }
        let term = HistoryTerm(kind: kind, signal: entry.name, microseconds: microseconds)
        if let index = historyTerms.firstIndex(of: term) { return index }
        guard historyTerms.count < ExpressionLimits.historyTerms else {
            throw source.error(
                .limit, "more than \(ExpressionLimits.historyTerms) of rising, falling and percentile in one condition",
                at: tree.range.lowerBound)
        }
        historyTerms.append(term)
        return historyTerms.count - 1
    }

    private mutating func compared(
        _ operation: ComparisonOperator, _ name: String, _ arguments: [Syntax], _ tree: Syntax
    ) throws(ExpressionError) -> ConditionNode {
        try checkCount(arguments, 2, "\(name) takes two numbers", "\(name)(score, percentile(10, score, 1h))", tree)
        return try comparison(operation, arguments[0], arguments[1], tree)
    }

    private func checkCount(
        _ arguments: [Syntax], _ count: Int, _ what: String, _ example: String, _ tree: Syntax
    ) throws(ExpressionError) {
        guard arguments.count != count else { return }
        throw source.error(
            .type, "\(what), not \(arguments.count) arguments", at: tree.range.lowerBound, suggestion: "for example: \(example)")
    }

    private func span(_ tree: Syntax, _ position: String, of name: String) throws(ExpressionError) -> Int64 {
        guard case .duration(let microseconds) = tree.unwrapped.kind else {
            throw source.error(
                .type, "the \(position) argument of \(name) is a length of time, not \(Self.meaning(tree))",
                at: tree.range.lowerBound, suggestion: "for example: 30s, 5m or 1h30m")
        }
        return microseconds
    }
}
