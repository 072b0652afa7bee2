/// A checked expression over a request: names are fields in slots, functions are known, constant parts are folded.
///
/// It is what the evaluator walks and what printers (nginx, Swift) read. The meaning of every operator is Lua 5.4's.
public indirect enum RequestNode: Sendable, Hashable {
    case literal(LuaValue)
    /// A string, or nil when the request does not have it.
    case field(RequestField, slot: Int)
    /// Whether the request carries a colour: `tagged("x")` and `tag["x"]`.
    case tagged(String, slot: Int)
    case not(RequestNode)
    /// The first operand when it is false or nil, the second otherwise.
    case and(RequestNode, RequestNode)
    /// The first operand when it is neither false nor nil, the second otherwise.
    case or(RequestNode, RequestNode)
    case comparison(ComparisonOperator, RequestNode, RequestNode)
    case arithmetic(ArithmeticOperator, RequestNode, RequestNode)
    case unary(UnaryOperator, RequestNode)
    case concatenation(RequestNode, RequestNode)
    /// Whether the value equals one of the list.
    case oneOf(RequestNode, [LuaValue])
    /// Whether an address (a string) lies in one of the networks; nil, or a text that is no address, lies in none.
    case inCIDR(RequestNode, [IPNetwork])
    case call(RequestFunction, [RequestNode])
}
