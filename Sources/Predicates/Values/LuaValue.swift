/// A value of the request language: Lua 5.4's nil, booleans, 64-bit integers, floats and strings, and versions.
///
/// `==` is Swift's (an integer and a float are different values); Lua's equality is `LuaValue.luaEquals`.
public enum LuaValue: Sendable, Hashable {
    case `nil`
    case bool(Bool)
    case integer(Int64)
    case float(Double)
    case string(ByteString)
    case version(SemanticVersion)

    /// Everything but nil and false is true.
    public var isTruthy: Bool {
        switch self {
        case .nil, .bool(false): false
        default: true
        }
    }

    var isNumber: Bool {
        switch self {
        case .integer, .float: true
        default: false
        }
    }

    /// The name of the type as error messages use it.
    public var typeName: String {
        switch self {
        case .nil: "nil"
        case .bool: "boolean"
        case .integer, .float: "number"
        case .string: "string"
        case .version: "version"
        }
    }
}

/// Literals stand for values, so that printed predicates read as the expressions do.
extension LuaValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral, ExpressibleByBooleanLiteral {
    public init(stringLiteral text: String) { self = .string(ByteString(text)) }
    public init(integerLiteral value: Int64) { self = .integer(value) }
    public init(floatLiteral value: Double) { self = .float(value) }
    public init(booleanLiteral value: Bool) { self = .bool(value) }
}
