/// Lua 5.4's operators on values (lvm.c), with its coercions between strings and numbers.
enum LuaOperations {
    // MARK: - Comparison

    /// Equality: numbers by their mathematical value, strings by their bytes, values of different types never.
    static func equals(_ left: LuaValue, _ right: LuaValue) -> Bool {
        switch (left, right) {
        case (.nil, .nil): true
        case (.bool(let a), .bool(let b)): a == b
        case (.integer(let a), .integer(let b)): a == b
        case (.float(let a), .float(let b)): a == b
        case (.integer(let a), .float(let b)), (.float(let b), .integer(let a)): Int64(exactly: b) == a
        case (.string(let a), .string(let b)): a == b
        case (.version(let a), .version(let b)): a == b
        default: false
        }
    }

    static func compare(_ operation: ComparisonOperator, _ left: LuaValue, _ right: LuaValue) throws(EvaluationError) -> Bool {
        switch operation {
        case .equal: equals(left, right)
        case .notEqual: !equals(left, right)
        case .less: try less(left, right)
        case .lessOrEqual: try lessOrEqual(left, right)
        case .greater: try less(right, left)
        case .greaterOrEqual: try lessOrEqual(right, left)
        }
    }

    private static func less(_ left: LuaValue, _ right: LuaValue) throws(EvaluationError) -> Bool {
        switch (left, right) {
        case (.integer(let a), .integer(let b)): return a < b
        case (.float(let a), .float(let b)): return a < b
        case (.integer(let a), .float(let b)): return isLess(a, b)
        case (.float(let a), .integer(let b)): return !a.isNaN && !isLessOrEqual(b, a)
        case (.string(let a), .string(let b)): return a < b
        case (.version(let a), .version(let b)): return a < b
        default: throw incomparable(left, right)
        }
    }

    private static func lessOrEqual(_ left: LuaValue, _ right: LuaValue) throws(EvaluationError) -> Bool {
        switch (left, right) {
        case (.integer(let a), .integer(let b)): return a <= b
        case (.float(let a), .float(let b)): return a <= b
        case (.integer(let a), .float(let b)): return isLessOrEqual(a, b)
        case (.float(let a), .integer(let b)): return !a.isNaN && !isLess(b, a)
        case (.string(let a), .string(let b)): return a <= b
        case (.version(let a), .version(let b)): return a <= b
        default: throw incomparable(left, right)
        }
    }

    /// An integer against a float, without rounding the integer; false for NaN.
    private static func isLess(_ integer: Int64, _ float: Double) -> Bool {
        if float >= 0x1p63 { return true }
        if float > -0x1p63 { return integer < Int64(float.rounded(.up)) }
        return false
    }

    private static func isLessOrEqual(_ integer: Int64, _ float: Double) -> Bool {
        if float >= 0x1p63 { return true }
        if float >= -0x1p63 { return integer <= Int64(float.rounded(.down)) }
        return false
    }

    private static func incomparable(_ left: LuaValue, _ right: LuaValue) -> EvaluationError {
        left.typeName == right.typeName
            ? .type("attempt to compare two \(left.typeName) values")
            : .type("attempt to compare \(left.typeName) with \(right.typeName)")
    }

    // MARK: - Arithmetic

    static func arithmetic(
        _ operation: ArithmeticOperator, _ left: LuaValue, _ right: LuaValue
    ) throws(EvaluationError) -> LuaValue {
        if operation.isBitwise {
            // Strings are not coerced here, as they are in arithmetic.
            guard left.isNumber, right.isNumber else {
                throw .type("attempt to perform bitwise operation on a \((left.isNumber ? right : left).typeName) value")
            }
            return .integer(LuaArithmetic.integer(operation, try integer(left), try integer(right)) ?? 0)
        }
        guard let a = number(left), let b = number(right) else {
            throw .type("attempt to perform arithmetic on a \((number(left) == nil ? left : right).typeName) value")
        }
        if case .integer(let a) = a, case .integer(let b) = b, operation != .divide, operation != .power {
            guard let result = LuaArithmetic.integer(operation, a, b) else {
                throw .arithmetic("attempt to perform 'n\(operation == .modulo ? "%%" : "//")0'")
            }
            return .integer(result)
        }
        return .float(LuaArithmetic.float(operation, float(a), float(b)))
    }

    static func unary(_ operation: UnaryOperator, _ value: LuaValue) throws(EvaluationError) -> LuaValue {
        switch operation {
        case .length:
            guard case .string(let string) = value else { throw .type("attempt to get length of a \(value.typeName) value") }
            return .integer(Int64(string.count))
        case .negate:
            switch number(value) {
            case .integer(let integer)?: return .integer(0 &- integer)
            case .float(let float)?: return .float(-float)
            default: throw .type("attempt to perform arithmetic on a \(value.typeName) value")
            }
        case .bitwiseNot:
            guard value.isNumber else { throw .type("attempt to perform bitwise operation on a \(value.typeName) value") }
            return .integer(~(try integer(value)))
        }
    }

    /// A number as it is, a string that spells one as that number.
    static func number(_ value: LuaValue) -> LuaValue? {
        switch value {
        case .integer, .float: value
        case .string(let string): LuaNumber.parse(string.bytes)
        default: nil
        }
    }

    /// The integer that a number is; an error for a float with a fraction or beyond 64 bits.
    static func integer(_ number: LuaValue) throws(EvaluationError) -> Int64 {
        switch number {
        case .integer(let value): return value
        case .float(let value):
            guard let integer = Int64(exactly: value) else { throw .arithmetic("number has no integer representation") }
            return integer
        default: throw .type("number expected, got \(number.typeName)")
        }
    }

    private static func float(_ number: LuaValue) -> Double {
        switch number {
        case .integer(let value): Double(value)
        case .float(let value): value
        default: .nan
        }
    }

    // MARK: - Strings

    static func concatenate(_ left: LuaValue, _ right: LuaValue) throws(EvaluationError) -> LuaValue {
        guard let a = string(left), let b = string(right) else {
            throw .type("attempt to concatenate a \((string(left) == nil ? left : right).typeName) value")
        }
        guard a.count + b.count <= ExpressionLimits.stringBytes else {
            throw .limit("a string of more than \(ExpressionLimits.stringBytes) bytes")
        }
        return .string(ByteString(bytes: a.bytes + b.bytes))
    }

    /// A string as it is, a number as Lua prints it.
    static func string(_ value: LuaValue) -> ByteString? {
        switch value {
        case .string(let string): string
        case .integer(let integer): ByteString("\(integer)")
        case .float(let float): ByteString(LuaFormat.text(float))
        default: nil
        }
    }
}
