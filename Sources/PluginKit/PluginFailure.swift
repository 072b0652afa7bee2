/// Why a plugin could not answer a call. It crosses the boundary as JSON bytes.
public struct PluginFailure: Error, Sendable, Hashable, Codable, CustomStringConvertible {
    /// A short word to tell cases apart: `unreachable`, `refused`. `failed` stands for any other error that a plugin threw.
    public var code: String
    /// What happened, in plain words and without secrets.
    public var reason: String

    public init(code: String, reason: String) {
        self.code = code
        self.reason = reason
    }

    public var description: String { "\(reason) (\(code))" }
}
