/// The operators that compare two values.
public enum ComparisonOperator: String, Sendable, Hashable, CaseIterable {
    case equal = "=="
    case notEqual = "~="
    case less = "<"
    case lessOrEqual = "<="
    case greater = ">"
    case greaterOrEqual = ">="

    /// True for `==` and `~=`.
    public var isEquality: Bool { self == .equal || self == .notEqual }

    /// The operator with its operands swapped: `a < b` is `b > a`.
    public var mirrored: ComparisonOperator {
        switch self {
        case .equal, .notEqual: self
        case .less: .greater
        case .lessOrEqual: .greaterOrEqual
        case .greater: .less
        case .greaterOrEqual: .lessOrEqual
        }
    }
}

/// The operators that compute a number from two.
public enum ArithmeticOperator: String, Sendable, Hashable, CaseIterable {
    case add = "+"
    case subtract = "-"
    case multiply = "*"
    /// Always a float.
    case divide = "/"
    /// Towards minus infinity.
    case floorDivide = "//"
    /// The remainder of `//`: it has the sign of the divisor.
    case modulo = "%"
    /// Always a float.
    case power = "^"
    case bitwiseAnd = "&"
    case bitwiseOr = "|"
    case bitwiseXor = "~"
    case shiftLeft = "<<"
    case shiftRight = ">>"

    /// True for the operators on the bits of integers.
    public var isBitwise: Bool {
        switch self {
        case .bitwiseAnd, .bitwiseOr, .bitwiseXor, .shiftLeft, .shiftRight: true
        default: false
        }
    }
}

/// The operators on one value, `not` apart.
public enum UnaryOperator: String, Sendable, Hashable, CaseIterable {
    case negate = "-"
    case bitwiseNot = "~"
    /// Bytes of a string.
    case length = "#"
}

/// An operator between two operands, with Lua 5.4's priorities (lparser.c): a higher number binds tighter, and an operator whose right
/// priority is the lower one groups to the right.
enum BinaryOperator: Sendable, Hashable {
    case or
    case and
    case comparison(ComparisonOperator)
    case concatenation
    case arithmetic(ArithmeticOperator)

    /// The priority of unary operators: above everything but `^`.
    static let unaryPriority = 12

    var priorities: (left: Int, right: Int) {
        switch self {
        case .or: (1, 1)
        case .and: (2, 2)
        case .comparison: (3, 3)
        case .arithmetic(.bitwiseOr): (4, 4)
        case .arithmetic(.bitwiseXor): (5, 5)
        case .arithmetic(.bitwiseAnd): (6, 6)
        case .arithmetic(.shiftLeft), .arithmetic(.shiftRight): (7, 7)
        case .concatenation: (9, 8)
        case .arithmetic(.add), .arithmetic(.subtract): (10, 10)
        case .arithmetic(.multiply), .arithmetic(.divide), .arithmetic(.floorDivide), .arithmetic(.modulo): (11, 11)
        case .arithmetic(.power): (14, 13)
        }
    }

    var text: String {
        switch self {
        case .or: "or"
        case .and: "and"
        case .comparison(let comparison): comparison.rawValue
        case .concatenation: ".."
        case .arithmetic(let arithmetic): arithmetic.rawValue
        }
    }
}
