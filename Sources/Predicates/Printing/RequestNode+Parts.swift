extension RequestNode {
    /// The fields that are read, by their slots.
    func collectFields(into fields: inout [Int: RequestField]) {
        switch self {
        case .literal: break
        case .field(let field, let slot): fields[slot] = field
        case .tagged(let tag, let slot): fields[slot] = .tag(tag)
        case .not(let operand), .unary(_, let operand), .oneOf(let operand, _), .inCIDR(let operand, _):
            operand.collectFields(into: &fields)
        case .and(let left, let right), .or(let left, let right), .comparison(_, let left, let right), .arithmetic(_, let left, let right),
            .concatenation(let left, let right):
            left.collectFields(into: &fields)
            right.collectFields(into: &fields)
        case .call(_, let arguments): for argument in arguments { argument.collectFields(into: &fields) }
        }
    }

    /// The terms of a row of the same operator, from left to right. `split` gives the operands of the operator, or nil.
    func flattened(_ split: (RequestNode) -> (RequestNode, RequestNode)?) -> [RequestNode] {
        guard let (left, right) = split(self) else { return [self] }
        return left.flattened(split) + right.flattened(split)
    }

    /// How many conditions `and` and `or` join in it.
    var conditionCount: Int {
        switch self {
        case .and(let left, let right), .or(let left, let right): left.conditionCount + right.conditionCount
        case .not(let operand): operand.conditionCount
        default: 1
        }
    }
}
