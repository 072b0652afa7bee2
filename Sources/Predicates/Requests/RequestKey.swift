/// The value that keeps a user on one side, compiled: `header["x-user-id"] or cookie.uid or client.address`.
///
/// An empty field counts as absent, so that `or` goes on to the next; so does an empty result.
public struct RequestKey: Sendable, Hashable {
    public let source: String
    public let node: RequestNode
    /// The slots of a key that is a field or fields joined by `or`, as most are: the first that is there and not empty is the key.
    private let slotsInTurn: [Int]?

    /// Compiles `source`; the fields that it reads get their slots.
    ///
    /// - Parameter place: where the source stands, `file:line:column`.
    public init(_ source: String, slots: inout RequestSlots, place: String) throws(ExpressionError) {
        try self.init(source, slots: &slots, place: SourcePlace(place))
    }

    /// Compiles `source`, which stands at `place`.
    public init(_ source: String, slots: inout RequestSlots, place: SourcePlace) throws(ExpressionError) {
        let tree = try Parser.parse(source, place: place, readsDurations: false)
        var checker = RequestChecker(source: ExpressionSource(source, place: place), slots: slots, checksTypes: true)
        node = try checker.key(tree)
        slots = checker.slots
        self.source = source
        slotsInTurn = node.slotsInTurn
    }

    /// The key, or nil when the request has none. A number is printed as Lua prints it.
    public func evaluate(_ request: RequestView) throws(EvaluationError) -> String? { try evaluateBytes(request)?.text }

    /// The key's bytes as the request carries them, or nil when the request has none. A number is printed as Lua prints it.
    public func evaluateBytes(_ request: RequestView) throws(EvaluationError) -> ByteString? {
        if let slotsInTurn {
            for slot in slotsInTurn where request.slot(slot).length > 0 { return request[slot] }
            return nil
        }
        let value = try RequestEvaluation.value(node, request, emptyIsAbsent: true)
        guard let key = LuaOperations.string(value), !key.isEmpty else { return nil }
        return key
    }
}

extension RequestNode {
    fileprivate var slotsInTurn: [Int]? {
        switch self {
        case .field(_, let slot): return [slot]
        case .or(let left, let right):
            guard let first = left.slotsInTurn, let rest = right.slotsInTurn else { return nil }
            return first + rest
        default: return nil
        }
    }
}
