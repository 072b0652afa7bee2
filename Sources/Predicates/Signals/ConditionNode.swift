/// A checked condition over signals: every name is known, every operand has the right type.
public indirect enum ConditionNode: Sendable, Hashable {
    case constant(Bool)
    /// A signal that is true or false.
    case signal(String)
    case not(ConditionNode)
    case and(ConditionNode, ConditionNode)
    case or(ConditionNode, ConditionNode)
    /// `==` between two conditions (`complete == true`); `~=` is `not` of it.
    case same(ConditionNode, ConditionNode)
    case comparison(ComparisonOperator, ConditionOperand, ConditionOperand)
    /// A `held` term, by its index in `Condition.heldTerms`.
    case held(Int)
    /// A `rising` or `falling` term, by its index in `Condition.historyTerms`.
    case trend(Int)
}

/// A number or a text within a condition.
public indirect enum ConditionOperand: Sendable, Hashable {
    case number(Double)
    case string(String)
    /// A signal that is a number or a text.
    case signal(String)
    case negated(ConditionOperand)
    /// Arithmetic over numbers: `+ - * / // % ^`.
    case arithmetic(ArithmeticOperator, ConditionOperand, ConditionOperand)
    /// A `percentile` term, by its index in `Condition.historyTerms`.
    case figure(Int)
}
