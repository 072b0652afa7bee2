internal import Glibc

/// Lua 5.4's arithmetic on numbers (lobject.c, lvm.c).
enum LuaArithmetic {
    /// An operation on two floats. The bitwise ones have no meaning here and give NaN.
    static func float(_ operation: ArithmeticOperator, _ left: Double, _ right: Double) -> Double {
        switch operation {
        case .add: left + right
        case .subtract: left - right
        case .multiply: left * right
        case .divide: left / right
        case .floorDivide: (left / right).rounded(.down)
        case .modulo: modulo(left, right)
        case .power: right == 2 ? left * left : pow(left, right)
        case .bitwiseAnd, .bitwiseOr, .bitwiseXor, .shiftLeft, .shiftRight: .nan
        }
    }

    private static func modulo(_ left: Double, _ right: Double) -> Double {
        let remainder = fmod(left, right)
        // fmod follows the dividend's sign, Lua the divisor's.
        let differs = remainder > 0 ? right < 0 : remainder < 0 && right > 0
        return differs ? remainder + right : remainder
    }

    /// An operation on two integers; nil for division by zero. `/` and `^` are not for integers: the caller makes floats of them.
    static func integer(_ operation: ArithmeticOperator, _ left: Int64, _ right: Int64) -> Int64? {
        switch operation {
        case .add: return left &+ right
        case .subtract: return left &- right
        case .multiply: return left &* right
        case .floorDivide:
            if right == 0 { return nil }
            if right == -1 { return 0 &- left }
            let quotient = left / right
            return (left ^ right) < 0 && quotient * right != left ? quotient - 1 : quotient
        case .modulo:
            if right == 0 { return nil }
            if right == -1 { return 0 }
            let remainder = left % right
            return remainder != 0 && (remainder ^ right) < 0 ? remainder + right : remainder
        case .bitwiseAnd: return left & right
        case .bitwiseOr: return left | right
        case .bitwiseXor: return left ^ right
        case .shiftLeft: return shifted(left, by: right)
        case .shiftRight: return shifted(left, by: right == .min ? .max : -right)
        case .divide, .power: return nil
        }
    }

    /// Logical shift: left by a positive distance, right by a negative one, zero beyond 63.
    private static func shifted(_ value: Int64, by distance: Int64) -> Int64 {
        let bits = UInt64(bitPattern: value)
        if distance >= 64 || distance <= -64 { return 0 }
        return Int64(bitPattern: distance >= 0 ? bits << UInt64(distance) : bits >> UInt64(-distance))
    }
}
