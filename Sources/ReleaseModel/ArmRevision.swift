/// An arm and the revision that it is to run.
public struct ArmRevision: Sendable, Hashable, Codable {
    public var name: String
    public var revision: String

    public init(name: String, revision: String) {
        self.name = name
        self.revision = revision
    }
}
