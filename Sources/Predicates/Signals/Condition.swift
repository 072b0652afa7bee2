/// A condition of the rollback tree, compiled: an expression over signals in three-valued logic.
///
/// Names are signals of the schema (`score`, `errors.guilty`, `logs.sequence["name"]`). Operators are Lua's: `and or not`,
/// `== ~= < <= > >=`, and arithmetic over numbers. Types are strict: where a condition is wanted a number is refused, and a number is
/// compared with numbers only. A signal that is missing or NaN makes what reads it unknown, unless the rest decides alone.
///
/// `held(condition, 30s)` is true when the inner condition was true at every evaluation of the last 30 s. `rising(signal, 5m)`,
/// `falling(signal, 5m)` and `percentile(99, signal, 1h)` look at what the signal has said for so long; `above(a, b)` and `below(a, b)` are
/// `a > b` and `a < b`. A condition keeps no state: whoever evaluates it keeps what the terms over time need, and passes in what each has
/// come to.
///
/// ```swift
/// let condition = try Condition("held(score < 75, 30s) or errors.guilty", schema: schema, place: "policy.yaml:31:27")
/// condition.truth(ofHeldTerm: 0, reading: read)                 // score < 75 now
/// condition.truth(held: [.unknown], reading: read)              // .true when errors.guilty is, otherwise .unknown
/// ```
public struct Condition: Sendable, Hashable {
    public let source: String
    /// Signals that are read, in order of first use, those within `held` included.
    public let names: [String]
    /// In source order.
    public let heldTerms: [HeldTerm]
    /// In source order, those within `held` included.
    public let historyTerms: [HistoryTerm]
    /// The checked tree, for proofs and pictures.
    public let node: ConditionNode

    /// Compiles `source`.
    ///
    /// - Parameter place: where the source stands, `file:line:column`; errors are reported from there.
    public init(_ source: String, schema: SignalSchema, place: String) throws(ExpressionError) {
        try self.init(source, schema: schema, place: SourcePlace(place))
    }

    /// Compiles `source`, which stands at `place`.
    public init(_ source: String, schema: SignalSchema, place: SourcePlace) throws(ExpressionError) {
        let tree = try Parser.parse(source, place: place, readsDurations: true)
        var checker = ConditionChecker(source: ExpressionSource(source, place: place), schema: schema)
        node = try checker.condition(tree)
        names = checker.names
        heldTerms = checker.heldTerms
        historyTerms = checker.historyTerms
        self.source = source
    }

    /// Refuses a text that is no expression at all. Names and types are not looked at.
    public static func checkSyntax(_ source: String, place: SourcePlace) throws(ExpressionError) {
        _ = try Parser.parse(source, place: place, readsDurations: true)
    }

    /// The inner condition of one held term now.
    ///
    /// - Parameter figures: what each history term has come to, in their order: true or false for a trend, a number for a percentile. What
    ///   is nil or left out is unknown.
    public func truth(
        ofHeldTerm index: Int, figures: [ConditionValue?] = [], reading: (String) -> ConditionValue?
    ) -> Ternary {
        // Held terms do not nest, so the inner condition reads none.
        ConditionEvaluation.truth(heldTerms[index].node, .init(held: [], figures: figures), reading)
    }

    /// The whole condition, given what each held term and each history term has come to; a nil reading is unknown.
    public func truth(
        held: [Ternary], figures: [ConditionValue?] = [], reading: (String) -> ConditionValue?
    ) -> Ternary {
        precondition(held.count == heldTerms.count, "one truth for each held term")
        return ConditionEvaluation.truth(node, .init(held: held, figures: figures), reading)
    }
}
