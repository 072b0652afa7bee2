import HTTPClient
import ReleaseModel
import ReleaseServer
import Synchronization
import TransparencyLog

extension APIClient {
    static let exportTimeout: Duration = .seconds(3600)

    func log() async throws -> LogStatus { try await get(["log"]) }
    func proof(entry: Int64) async throws -> EntryProof { try await get(["log", "entries", "\(entry)"]) }
    func proof(decision: Int64) async throws -> EntryProof { try await get(["log", "decisions", "\(decision)"]) }
    func consistency(from: UInt64, to: UInt64?) async throws -> TreeConsistency {
        try await get(["log", "consistency"], [("from", "\(from)"), ("to", to.map { "\($0)" })])
    }

    /// A tile of the log, of which only so many digests count. It needs no token.
    func tile(_ address: TileAddress, count: Int) async throws -> [UInt8] { try await open("log/tile/" + address.path(count: count)) }

    /// The whole history, as `tidegate audit verify` reads it, handed over piece by piece as it comes.
    ///
    /// - Throws: what `sink` throws, too; nothing more is fetched then.
    func historyExport(withEvidence: Bool, to sink: @escaping @Sendable (UnsafeRawBufferPointer) throws -> Void) async throws {
        let failure = Mutex<(any Error)?>(nil)
        do {
            try await stream(["log", "export"], [("evidence", withEvidence ? nil : "no")], timeout: Self.exportTimeout) { piece in
                do {
                    try sink(piece)
                    return true
                } catch {
                    failure.withLock { $0 = error }
                    return false
                }
            }
        } catch {
            throw failure.withLock { $0 } ?? error
        }
    }
}
