/// What is wrong with one setting of a plugin's configuration.
public struct SettingProblem: Sendable, Hashable, Codable {
    /// The setting's name, with a path into it where it helps: `queries.requests`. Empty when the whole is meant.
    public var setting: String
    /// A sentence without the name: `must be an http or https URL`.
    public var reason: String

    public init(setting: String, reason: String) {
        self.setting = setting
        self.reason = reason
    }
}
