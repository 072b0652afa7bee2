internal import Predicates

/// What a comparison comes to for a proof: which numbers it holds against which.
enum ComparisonShape: Hashable {
    /// A quantity against a number.
    case threshold(Quantity, ComparisonOperator, Double)
    /// Two quantities against each other.
    case order(Quantity, ComparisonOperator, Quantity)
    /// A signal against a text.
    case text(String, ComparisonOperator, String)
    /// The same whatever the readings are, as long as they are there.
    case constant(Bool)
    /// A computation over several signals, whose cells are not known: true or false at will.
    case opaque(LinearForm?, ComparisonOperator)

    init(_ operation: ComparisonOperator, _ left: ConditionOperand, _ right: ConditionOperand, of condition: Condition) {
        switch (left, right) {
        case (.signal(let name), .string(let text)) where operation.isEquality: self = .text(name, operation, text)
        case (.string(let text), .signal(let name)) where operation.isEquality: self = .text(name, operation, text)
        case (.string(let one), .string(let other)):
            self = .constant(operation.holds(ByteString(one), ByteString(other)))
        default:
            guard let left = LinearForm(left, of: condition), let right = LinearForm(right, of: condition) else {
                self = .opaque(nil, operation)
                return
            }
            self.init(operation, left.adding(right, times: -1))
        }
    }

    /// `difference operation 0`.
    private init(_ operation: ComparisonOperator, _ difference: LinearForm) {
        switch difference.terms.count {
        case 0: self = .constant(operation.holds(difference.constant, 0))
        case 1:
            let (quantity, factor) = difference.terms[0]
            self = .threshold(quantity, factor > 0 ? operation : operation.mirrored, 0 - difference.constant / factor)
        case 2 where difference.constant == 0 && difference.terms[0].factor == -difference.terms[1].factor:
            let (first, second) = (difference.terms[0], difference.terms[1])
            self = .order(first.quantity, first.factor > 0 ? operation : operation.mirrored, second.quantity)
        default: self = .opaque(difference, operation)
        }
    }
}
