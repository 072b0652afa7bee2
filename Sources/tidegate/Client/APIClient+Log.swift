import HTTPClient
import ReleaseModel
import ReleaseServer

extension APIClient {
    static let exportTimeout: Duration = .seconds(300)

    func log() async throws -> LogStatus { try await get(["log"]) }
    func proof(entry: Int64) async throws -> EntryProof { try await get(["log", "entries", "\(entry)"]) }
    func proof(decision: Int64) async throws -> EntryProof { try await get(["log", "decisions", "\(decision)"]) }
    func consistency(from: UInt64, to: UInt64?) async throws -> TreeConsistency {
        try await get(["log", "consistency"], [("from", "\(from)"), ("to", to.map { "\($0)" })])
    }

    /// The whole history, as `tidegate audit verify` reads it; one larger than `maximumAnswerBytes` is verified from a file or the database.
    func historyExport() async throws -> [UInt8] {
        try await call(.get, ["log", "export"], [], body: nil, timeout: Self.exportTimeout)
    }
}
