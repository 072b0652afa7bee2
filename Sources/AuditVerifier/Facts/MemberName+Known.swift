/// Kinds of entries and changes, and tables, as every entry names them.
extension MemberName {
    static let decisionKind: Self = "decision"
    static let delete: Self = "delete"
    static let effect: Self = "effect"
    static let evidence: Self = "evidence"
    static let expiry: Self = "expiry"
    static let hold: Self = "hold"
    static let legalTransition: Self = "legal_transition"
    static let logKey: Self = "logKey"
    static let outcome: Self = "outcome"
    static let recordedTable: Self = "recorded_table"
    static let releaseTable: Self = "release"
    static let retention: Self = "retention"
    static let rowsKind: Self = "rows"
}
