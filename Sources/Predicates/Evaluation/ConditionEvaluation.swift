/// The meaning of a condition: Kleene's logic over what the signals say.
enum ConditionEvaluation {
    static func truth(_ node: ConditionNode, held: [Ternary], reading: (String) -> ConditionValue?) -> Ternary {
        switch node {
        case .constant(let value): return Ternary(value)
        case .signal(let name):
            if case .bool(let value)? = reading(name) { return Ternary(value) }
            return .unknown
        case .not(let inner): return truth(inner, held: held, reading: reading).negated
        case .and(let left, let right):
            return truth(left, held: held, reading: reading).and(truth(right, held: held, reading: reading))
        case .or(let left, let right):
            return truth(left, held: held, reading: reading).or(truth(right, held: held, reading: reading))
        case .same(let left, let right):
            return truth(left, held: held, reading: reading).isSame(as: truth(right, held: held, reading: reading))
        case .comparison(let operation, let left, let right):
            return compare(operation, value(left, reading), value(right, reading))
        case .held(let index): return held[index]
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
    private static func value(_ operand: ConditionOperand, _ reading: (String) -> ConditionValue?) -> ConditionValue? {
        switch operand {
        case .number(let value): return .number(value)
        case .string(let text): return .string(text)
        case .signal(let name):
            switch reading(name) {
            case .number(let value)? where value.isFinite: return .number(value)
            case .string(let text)?: return .string(text)
            default: return nil
            }
        case .negated(let inner):
            guard case .number(let value)? = value(inner, reading) else { return nil }
            return .number(-value)
        case .arithmetic(let operation, let left, let right):
            guard case .number(let a)? = value(left, reading), case .number(let b)? = value(right, reading) else { return nil }
            let result = LuaArithmetic.float(operation, a, b)
            return result.isFinite ? .number(result) : nil
        }
    }
}

extension ComparisonOperator {
    /// The comparison of two values of one ordered type.
    func holds<Value: Comparable>(_ left: Value, _ right: Value) -> Bool {
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
