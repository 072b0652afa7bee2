/// A condition of the rollback tree, compiled: an expression over signals in three-valued logic.
///
/// Names are signals of the schema (`score`, `errors.guilty`, `logs.sequence["name"]`). Operators are Lua's: `and or not`,
/// `== ~= < <= > >=`, and arithmetic over numbers. Types are strict: where a condition is wanted a number is refused, and a number is
/// compared with numbers only. A signal that is missing or NaN makes what reads it unknown, unless the rest decides alone.
///
/// `held(condition, 30s)` is true when the inner condition was true at every evaluation of the last 30 s. A condition keeps no state:
/// whoever evaluates it keeps, per held term, since when it has been true, and passes the outcome in.
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
        self.source = source
    }

    /// Refuses a text that is no expression at all. Names and types are not looked at.
    public static func checkSyntax(_ source: String, place: SourcePlace) throws(ExpressionError) {
        _ = try Parser.parse(source, place: place, readsDurations: true)
    }

    /// The inner condition of one held term now.
    public func truth(ofHeldTerm index: Int, reading: (String) -> ConditionValue?) -> Ternary {
        // Held terms do not nest, so the inner condition reads none.
        ConditionEvaluation.truth(heldTerms[index].node, held: [], reading: reading)
    }

    /// The whole condition, given what each held term has come to; a nil reading is unknown.
    public func truth(held: [Ternary], reading: (String) -> ConditionValue?) -> Ternary {
        precondition(held.count == heldTerms.count, "one truth for each held term")
        return ConditionEvaluation.truth(node, held: held, reading: reading)
    }
}
