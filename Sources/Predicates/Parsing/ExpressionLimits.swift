/// What one expression may cost. Every limit is refused with its name; none is ever cut off in silence.
public enum ExpressionLimits {
    /// Bytes of source text.
    public static let sourceBytes = 8192
    /// Nesting of the tree: parentheses, operators, arguments. (Lua's own is 200, LUAI_MAXCCALLS.)
    public static let depth = 200
    /// Members of a literal list, and arguments of a call.
    public static let listMembers = 256
    /// Bytes of any string that an evaluation makes.
    public static let stringBytes = 65_536
    /// Steps that the patterns of one evaluation may take together: bytes of subject and pattern that are looked at.
    public static let patternSteps = 500_000
    /// Bytes of the salt of `bucket` and `percent`.
    public static let saltBytes = 128
    /// `held` terms in one condition.
    public static let heldTerms = 16
    /// `rising`, `falling` and `percentile` terms in one condition.
    public static let historyTerms = 8
}
