public import ReleaseModel

/// `validate`: what the plugin itself says about a configuration.
public struct ValidateRequest: Sendable, Hashable, Codable {
    public var configuration: JSONValue

    public init(configuration: JSONValue) { self.configuration = configuration }
}

public struct ValidateResponse: Sendable, Hashable, Codable {
    public var problems: [SettingProblem]

    public init(problems: [SettingProblem]) { self.problems = problems }
}
