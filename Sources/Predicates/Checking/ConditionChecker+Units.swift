/// Units: what is compared or added is of one unit, and a length of time beside a signal that is one is read in the signal's unit.
extension ConditionChecker {
    /// Units of time that a signal may have, in microseconds.
    private static let timeUnits: [String: Double] = [
        "us": 1, "ms": 1000, "s": 1_000_000, "min": 60_000_000, "h": 3_600_000_000, "d": 86_400_000_000,
    ]

    /// `500ms` beside a signal in seconds as 0.5; anything else as it is.
    func converted(_ tree: Syntax, toUnitOf other: Syntax) throws(ExpressionError) -> Syntax {
        guard case .duration(let microseconds) = tree.unwrapped.kind else { return tree }
        guard let unit = try unit(of: other), let length = Self.timeUnits[unit] else {
            throw source.error(
                .type,
                "'\(ExpressionPrinter.text(tree))' is a length of time, and '\(ExpressionPrinter.text(other))' is none",
                at: tree.range.lowerBound,
                suggestion: "lengths of time stand in held(condition, 30s) and its like, or beside a signal in ms or s")
        }
        return Syntax(.float(Double(microseconds) / length), tree.range)
    }

    /// Refuses two numbers whose units are known and differ.
    func checkUnits(_ left: Syntax, _ right: Syntax, of tree: Syntax) throws(ExpressionError) {
        guard let first = try unit(of: left), let second = try unit(of: right), first != second else { return }
        throw source.error(
            .type,
            "'\(ExpressionPrinter.text(left))' is in \(Self.words(first)) and '\(ExpressionPrinter.text(right))' in \(Self.words(second)): "
                + "they have no common measure", at: tree.focus)
    }

    private static func words(_ unit: String) -> String { unit == "1" ? "plain numbers" : unit }

    /// The unit of a number; nil where it has none, or is computed from several.
    private func unit(of tree: Syntax) throws(ExpressionError) -> String? {
        switch tree.kind {
        case .parenthesized(let inner), .unary(.negate, let inner): return try unit(of: inner)
        case .name, .member, .index: return try known(tree).unit
        case .call(let function, let arguments) where NamePath.text(function) == "percentile" && arguments.count == 3:
            return NamePath.text(arguments[1].unwrapped) == nil ? nil : try known(arguments[1].unwrapped).unit
        case .binary(.arithmetic(.add), let left, let right), .binary(.arithmetic(.subtract), let left, let right):
            if let unit = try unit(of: left) { return unit }
            return try unit(of: right)
        default: return nil
        }
    }
}
