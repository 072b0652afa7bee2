/// Why an expression has no value for one request. It is an ordinary outcome: a rule that fails does not match, and is counted.
public enum EvaluationError: Error, Sendable, Hashable, CustomStringConvertible {
    /// An operation on a value of a type that it does not take.
    case type(String)
    /// Integer division by zero, or a float without an integer where one is wanted.
    case arithmetic(String)
    /// More than a named limit of bytes or steps.
    case limit(String)
    /// A malformed Lua pattern.
    case pattern(String)

    public var description: String {
        switch self {
        case .type(let reason), .arithmetic(let reason), .limit(let reason), .pattern(let reason): reason
        }
    }
}
