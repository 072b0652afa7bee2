/// What printed predicates call: Lua's operators and the functions of the language on values, as an evaluation uses them.
public enum LuaRuntime {
    public static func compare(_ operation: ComparisonOperator, _ left: LuaValue, _ right: LuaValue) throws(EvaluationError) -> Bool {
        try LuaOperations.compare(operation, left, right)
    }

    public static func equals(_ left: LuaValue, _ right: LuaValue) -> Bool { LuaOperations.equals(left, right) }

    public static func arithmetic(_ operation: ArithmeticOperator, _ left: LuaValue, _ right: LuaValue) throws(EvaluationError) -> LuaValue
    {
        try LuaOperations.arithmetic(operation, left, right)
    }

    public static func unary(_ operation: UnaryOperator, _ value: LuaValue) throws(EvaluationError) -> LuaValue {
        try LuaOperations.unary(operation, value)
    }

    public static func concatenate(_ left: LuaValue, _ right: LuaValue) throws(EvaluationError) -> LuaValue {
        try LuaOperations.concatenate(left, right)
    }

    /// `left and right`: the right one is evaluated only when the left one is neither false nor nil.
    public static func and(_ left: LuaValue, _ right: @autoclosure () throws -> LuaValue) rethrows -> LuaValue {
        left.isTruthy ? try right() : left
    }

    /// `left or right`: the right one is evaluated only when the left one is false or nil.
    public static func or(_ left: LuaValue, _ right: @autoclosure () throws -> LuaValue) rethrows -> LuaValue {
        left.isTruthy ? left : try right()
    }

    /// Calls a function of the language with as many values as it takes.
    ///
    /// - Parameter steps: what the patterns of this evaluation have cost so far.
    public static func call(_ function: RequestFunction, _ arguments: [LuaValue], _ steps: inout Int) throws(EvaluationError) -> LuaValue {
        guard (function.required...max(function.required, function.parameters.count)).contains(arguments.count), function != .now else {
            throw .type("'\(function.rawValue)' is called with \(arguments.count) arguments")
        }
        return try RequestLibrary.call(function, arguments, steps: &steps)
    }

    /// Calls a function that looks for no pattern.
    public static func call(_ function: RequestFunction, _ arguments: [LuaValue]) throws(EvaluationError) -> LuaValue {
        var steps = 0
        return try call(function, arguments, &steps)
    }

    public static func crc32(_ value: LuaValue) throws(EvaluationError) -> Int64 { try hash(.crc32, value) }

    public static func murmur2(_ value: LuaValue) throws(EvaluationError) -> Int64 { try hash(.murmur2, value) }

    private static func hash(_ function: RequestFunction, _ value: LuaValue) throws(EvaluationError) -> Int64 {
        guard case .integer(let hash) = try call(function, [value]) else { throw .type("'\(function.spelling)' has no value") }
        return hash
    }

    public static func isOneOf(_ value: LuaValue, _ members: [LuaValue]) -> Bool {
        members.contains { LuaOperations.equals(value, $0) }
    }

    /// Whether a text is an address of one of the networks.
    public static func isWithin(_ value: LuaValue, _ networks: [IPNetwork]) -> Bool {
        guard case .string(let text) = value, let address = IPAddress(bytes: text.bytes[...]) else { return false }
        return networks.contains { $0.contains(address) }
    }
}
