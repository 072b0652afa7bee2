internal import Predicates

extension RequestNode {
    /// The node in the language's own words, for a person who is told which part of an expression is in the way.
    var text: String {
        switch self {
        case .literal(let value): Self.text(of: value)
        case .field(let field, _): field.description
        case .tagged(let tag, _): "tagged(\"\(tag)\")"
        case .not(let inner): "not \(inner.operandText)"
        case .and(let left, let right): "\(left.operandText) and \(right.operandText)"
        case .or(let left, let right): "\(left.operandText) or \(right.operandText)"
        case .comparison(let comparison, let left, let right): "\(left.operandText) \(comparison.rawValue) \(right.operandText)"
        case .arithmetic(let arithmetic, let left, let right): "\(left.operandText) \(arithmetic.rawValue) \(right.operandText)"
        case .unary(let unary, let inner): unary.rawValue + inner.operandText
        case .concatenation(let left, let right): "\(left.operandText) .. \(right.operandText)"
        case .oneOf(let inner, let values): "oneOf(\(inner.text), {\(values.map(Self.text).joined(separator: ", "))})"
        case .inCIDR(let inner, let networks): "inCIDR(\(inner.text), \(networks.map { "\"\($0)\"" }.joined(separator: ", ")))"
        case .call(let function, let arguments): Self.call(function, arguments)
        }
    }

    private static func call(_ function: RequestFunction, _ arguments: [RequestNode]) -> String {
        if function == .regexMatch { return "ngx.re.match(\(arguments.map(\.text).joined(separator: ", ")))" }
        let isFunction = [.semver, .crc32, .murmur2, .murmur3, .bucket, .percent, .now, .tonumber, .tostring].contains(function)
        guard !isFunction, let subject = arguments.first else {
            return "\(function.rawValue)(\(arguments.map(\.text).joined(separator: ", ")))"
        }
        return "\(subject.operandText):\(function.rawValue)(\(arguments.dropFirst().map(\.text).joined(separator: ", ")))"
    }

    private var operandText: String {
        switch self {
        case .and, .or, .comparison, .arithmetic, .concatenation: "(\(text))"
        default: text
        }
    }

    private static func text(of value: LuaValue) -> String {
        switch value {
        case .nil: "nil"
        case .bool(let value): "\(value)"
        case .integer(let value): "\(value)"
        case .float(let value): "\(value)"
        case .string(let value): "\"\(value.text)\""
        case .version(let value): "semver(\"\(value)\")"
        }
    }
}
