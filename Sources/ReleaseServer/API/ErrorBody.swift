public import ReleaseModel

/// The body of every answer that is not a success: `{"error":{"code","reason","place","advice"}}`.
public struct ErrorBody: Codable, Sendable, Hashable {
    public var error: ReleaseError

    public init(error: ReleaseError) { self.error = error }
}
