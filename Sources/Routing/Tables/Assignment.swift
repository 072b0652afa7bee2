/// Where one request goes, and why.
public struct Assignment: Sendable, Hashable {
    /// Index into the arms of the routing table.
    public let armIndex: Int
    public let arm: String
    /// Index of the rule that decided; nil when the weights did.
    public let ruleIndex: Int?
    public let rule: String?
    /// The key's bucket, 0 to 9999; nil without a key.
    public let bucket: Int?
    /// The colours that the request carries on: those of the policy that hold in their order, then those it brought along; each once.
    public let colors: [String]
    /// Bit i: the i-th colour of the policy holds.
    public let colorBits: UInt64
    /// Expressions that could not be evaluated and so did not match.
    public let failures: Int
}
