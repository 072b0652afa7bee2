extension SwiftFunctionPrinter {
    /// A node that is always an integer, as an `Int64`; nil for any other.
    mutating func integer(_ node: RequestNode) -> String? {
        switch node {
        case .literal(.integer(let value)): return "\(value)"
        case .call(.now, _): return "request.now"
        case .call(.crc32, let arguments), .call(.murmur2, let arguments):
            guard case .call(let function, _) = node else { return nil }
            defer { throwing = true }
            if case .field(_, let slot) = arguments[0] { return "request.\(function.rawValue)(\(slot))" }
            return "LuaRuntime.\(function.rawValue)(\(value(arguments[0])))"
        case .unary(.length, .field(_, let slot)):
            throwing = true
            return "request.count(\(slot))"
        // A hash is never negative, so the remainders of Swift and of Lua are the same.
        case .arithmetic(.modulo, .call(.crc32, _), .literal(.integer(let divisor))) where divisor > 0,
            .arithmetic(.modulo, .call(.murmur2, _), .literal(.integer(let divisor))) where divisor > 0:
            guard case .arithmetic(_, let hash, _) = node, let text = integer(hash) else { return nil }
            return "\(text) % \(divisor)"
        default: return nil
        }
    }

    /// A node as a `LuaValue`.
    mutating func value(_ node: RequestNode) -> String {
        switch node {
        case .literal(let value): return SwiftLiteral.value(value)
        case .field(_, let slot): return "request.value(\(slot))"
        case .and(let left, let right): return "LuaRuntime.and(\(value(left)), \(value(right)))"
        case .or(let left, let right): return "LuaRuntime.or(\(value(left)), \(value(right)))"
        case .tagged, .not, .comparison, .oneOf, .inCIDR: return ".bool(\(truth(node, isWhole: true)))"
        case .arithmetic(let operation, let left, let right):
            let call = "LuaRuntime.arithmetic(.\(operation), \(value(left)), \(value(right)))"
            throwing = true
            return call
        case .unary(let operation, let operand):
            let call = "LuaRuntime.unary(.\(operation), \(value(operand)))"
            throwing = true
            return call
        case .concatenation(let left, let right):
            let call = "LuaRuntime.concatenate(\(value(left)), \(value(right)))"
            throwing = true
            return call
        case .call(.now, _): return ".integer(request.now)"
        case .call(let function, let arguments):
            let row = arguments.map { value($0) }.joined(separator: ", ")
            throwing = true
            guard function.countsSteps else { return "LuaRuntime.call(.\(function.rawValue), [\(row)])" }
            counting = true
            return "LuaRuntime.call(.\(function.rawValue), [\(row)], &steps)"
        }
    }
}
