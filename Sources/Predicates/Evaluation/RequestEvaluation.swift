/// Walks a checked tree over one request.
struct RequestEvaluation {
    let request: RequestView
    /// Whether a field that is there but empty counts as absent.
    let emptyIsAbsent: Bool
    /// Steps that patterns have taken: one budget for the whole evaluation, so that many patterns cost no more than one.
    private var steps = 0

    private init(request: RequestView, emptyIsAbsent: Bool) {
        self.request = request
        self.emptyIsAbsent = emptyIsAbsent
    }

    /// The value of a whole expression over one request.
    static func value(_ node: RequestNode, _ request: RequestView, emptyIsAbsent: Bool = false) throws(EvaluationError) -> LuaValue {
        var evaluation = RequestEvaluation(request: request, emptyIsAbsent: emptyIsAbsent)
        return try evaluation.value(node)
    }

    mutating func value(_ node: RequestNode) throws(EvaluationError) -> LuaValue {
        switch node {
        case .literal(let value): return value
        case .field(_, let slot):
            guard let string = request[slot], !(emptyIsAbsent && string.isEmpty) else { return .nil }
            return .string(string)
        case .tagged(_, let slot): return .bool(request[slot] != nil)
        case .not(let operand): return .bool(!(try value(operand).isTruthy))
        case .and(let left, let right):
            let first = try value(left)
            return first.isTruthy ? try value(right) : first
        case .or(let left, let right):
            let first = try value(left)
            return first.isTruthy ? first : try value(right)
        case .comparison(let operation, let left, let right):
            return .bool(try LuaOperations.compare(operation, try value(left), try value(right)))
        case .arithmetic(let operation, let left, let right):
            return try LuaOperations.arithmetic(operation, try value(left), try value(right))
        case .unary(let operation, let operand): return try LuaOperations.unary(operation, try value(operand))
        case .concatenation(let left, let right): return try LuaOperations.concatenate(try value(left), try value(right))
        case .oneOf(let subject, let members):
            let value = try value(subject)
            return .bool(members.contains { LuaOperations.equals(value, $0) })
        case .inCIDR(let address, let networks):
            guard case .string(let text) = try value(address), let address = IPAddress(bytes: text.bytes[...]) else { return .bool(false) }
            return .bool(networks.contains { $0.contains(address) })
        case .call(.now, _): return .integer(request.now)
        case .call(let function, let arguments):
            var values: [LuaValue] = []
            values.reserveCapacity(arguments.count)
            for argument in arguments { values.append(try value(argument)) }
            return try RequestLibrary.call(function, values, steps: &steps)
        }
    }
}
