/// What a person should know of some fields that stand together.
public struct FieldRemark: Sendable, Codable, Hashable {
    public var file: String
    public var line: Int
    /// From the root of its document.
    public var field: String
    public var outcome: FieldOutcome
    public var reason: String
    /// How many fields it is about.
    public var fields: Int
}
