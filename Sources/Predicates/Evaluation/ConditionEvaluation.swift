/// The meaning of a condition: Kleene's logic over what the signals say.
enum ConditionEvaluation {
    /// What a condition reads besides the signals: what its terms over time have come to.
    struct Terms {
        let held: [Ternary]
        let figures: [ConditionValue?]

        func figure(_ index: Int) -> ConditionValue? { figures.indices.contains(index) ? figures[index] : nil }
    }

    static func truth(_ node: ConditionNode, _ terms: Terms, _ reading: (String) -> ConditionValue?) -> Ternary {
        switch node {
        case .constant(let value): return Ternary(value)
        case .signal(let name):
            if case .bool(let value)? = reading(name) { return Ternary(value) }
            return .unknown
        case .not(let inner): return truth(inner, terms, reading).negated
        case .and(let left, let right): return truth(left, terms, reading).and(truth(right, terms, reading))
        case .or(let left, let right): return truth(left, terms, reading).or(truth(right, terms, reading))
        case .same(let left, let right): return truth(left, terms, reading).isSame(as: truth(right, terms, reading))
        case .comparison(let operation, let left, let right):
            return compare(operation, value(left, terms, reading), value(right, terms, reading))
        case .held(let index): return terms.held[index]
        case .trend(let index):
            if case .bool(let value)? = terms.figure(index) { return Ternary(value) }
            return .unknown
        }
    }

    private static func compare(_ operation: ComparisonOperator, _ left: ConditionValue?, _ right: ConditionValue?) -> Ternary {
        switch (left, right) {
        case (.number(let a)?, .number(let b)?): Ternary(operation.holds(a, b))
        case (.string(let a)?, .string(let b)?): Ternary(operation.holds(ByteString(a), ByteString(b)))
        default: .unknown
        }
    }

    /// The operand's value; nil when it is unknown, not finite, or of another type than the schema said.
    private static func value(
        _ operand: ConditionOperand, _ terms: Terms, _ reading: (String) -> ConditionValue?
    ) -> ConditionValue? {
        switch operand {
        case .number(let value): return .number(value)
        case .string(let text): return .string(text)
        case .signal(let name): return comparable(reading(name))
        case .figure(let index): return comparable(terms.figure(index))
        case .negated(let inner):
            guard case .number(let value)? = value(inner, terms, reading) else { return nil }
            return .number(-value)
        case .arithmetic(let operation, let left, let right):
            guard case .number(let a)? = value(left, terms, reading), case .number(let b)? = value(right, terms, reading) else {
                return nil
            }
            let result = LuaArithmetic.float(operation, a, b)
            return result.isFinite ? .number(result) : nil
        }
    }

    private static func comparable(_ value: ConditionValue?) -> ConditionValue? {
        switch value {
        case .number(let number)? where number.isFinite: .number(number)
        case .string(let text)?: .string(text)
        default: nil
        }
    }
}

extension ComparisonOperator {
    /// The comparison of two values of one ordered type.
    public func holds<Value: Comparable>(_ left: Value, _ right: Value) -> Bool {
        switch self {
        case .equal: left == right
        case .notEqual: left != right
        case .less: left < right
        case .lessOrEqual: left <= right
        case .greater: left > right
        case .greaterOrEqual: left >= right
        }
    }
}
