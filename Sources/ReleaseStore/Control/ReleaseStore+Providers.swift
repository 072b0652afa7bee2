import PostgresClient
public import ReleaseModel

/// How a metric store was doing at the newest poll that asked it, in the words of the plugin that did.
public struct ProviderRecord: Sendable, Hashable {
    /// Where it is, without secrets.
    public var place: String
    /// The plugin's account: breaker, calls, failures and faults by kind.
    public var standing: JSONValue
    public var windowEnd: Timestamp
}

extension ReleaseStore {
    /// The metric stores of the releases under way, the ones asked last first.
    ///
    /// - Parameters:
    ///   - releases: how many releases are looked at, the ones that moved last first; those that share a store say the same of it.
    ///   - limit: how many stores are told.
    public func providers(amongNewest releases: Int = 200, limit: Int = 32) async throws -> [ProviderRecord] {
        let rows = try await rows(.providers, [.int(releases), .int(limit)])
        return try reading {
            try rows.map { row in
                ProviderRecord(
                    place: try row.text("place"), standing: try row.document("standing"), windowEnd: try row.time("window_end"))
            }
        }
    }
}
