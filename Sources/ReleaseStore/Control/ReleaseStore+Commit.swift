import Foundation
import PostgresClient
import ReleaseModel

extension ReleaseStore {
    /// Writes one step of a release: state, decisions, evidence, rolling state, the poll, effects and answered commands, in one
    /// transaction.
    ///
    /// - Throws: `leaseLost` when the lease is over or its term is old; `conflict` when the window is recorded already, the release has
    ///   moved on since it was read, or another release holds the place: read it again; `illegalTransition` and `invalidInput` when the
    ///   step contradicts itself; `limitExceeded` for documents that are too large. In all these cases nothing was written. After
    ///   `unavailable` it may have been: read the release again.
    public func commit(_ commit: Commit) async throws -> CommitResult {
        try commit.checkLimits()
        let place = "release \(commit.lease.release)"
        let row = try await row(.commit, [.json(try commit.json().canonicalText)], place: place)
        return try reading(place: place) {
            guard let result = try row.json(CommitResult.self, "result") else {
                throw ReleaseError(.unavailable, "the commit gave no answer", place: place)
            }
            return result
        }
    }
}
