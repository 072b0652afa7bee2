/// A condition over a request, compiled: the `when` of a rule or of a colour.
///
/// ```swift
/// var slots = RequestSlots()
/// let testers = try RequestPredicate(#"header["x-canary"] == "true""#, slots: &slots, place: "policy.yaml:12:20")
/// let view = RequestView(slots) { field in field == .header("x-canary") ? "true" : nil }
/// testers.matches(view, failures: &failures)                    // true
/// ```
public struct RequestPredicate: Sendable, Hashable {
    let program: DecisionProgram

    public var source: String { program.source }
    public var node: RequestNode { program.node }

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
        let node = try checker.predicate(tree)
        slots = checker.slots
        program = DecisionCompiler.compile(node, source: source, slots: &slots)
    }

    /// Whether the request matches, by Lua's truthiness.
    public func evaluate(_ request: RequestView) throws(EvaluationError) -> Bool {
        if let holds = program.run(request) { return holds }
        return try evaluateTree(request)
    }

    /// What the expression means, by walking its tree: the compiled program must agree with it, and leaves the rare cases to it.
    @inline(never) func evaluateTree(_ request: RequestView) throws(EvaluationError) -> Bool {
        try RequestEvaluation.value(node, request).isTruthy
    }

    /// Whether the request matches. An error in the evaluation is no match, and counted.
    public func matches(_ request: RequestView, failures: inout Int) -> Bool {
        do {
            return try evaluate(request)
        } catch {
            failures += 1
            return false
        }
    }
}

extension RequestPredicate {
    /// Two predicates are the same when source and tree are; the program follows from the tree.
    public static func == (left: Self, right: Self) -> Bool { left.source == right.source && left.node == right.node }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(source)
        hasher.combine(node)
    }
}
