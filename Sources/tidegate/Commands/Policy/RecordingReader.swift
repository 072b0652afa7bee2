import Foundation
import ReleaseModel
import ReleaseServer
import RolloutScripts

/// Reads the recordings of past releases from a server.
struct RecordingReader: Sendable {
    /// A release with more windows than this is longer than anybody tries a policy on.
    static let maximumWindows = 50_000
    static let maximumReleases = 500
    private static let pageSize = 200

    let client: APIClient

    /// The recording of one release.
    func recording(of reference: String) async throws -> ReleaseRecording {
        let release = try await client.release(reference).release
        let policy = try await client.policy(release.policyDigest).policy
        return ReleaseRecording(
            release: release, policy: policy, windows: try await windows(of: release.id), decisions: try await decisions(of: release.id))
    }

    /// The releases that are over and were started after a time, oldest first.
    func releases(since: Timestamp) async throws -> [ReleaseID] {
        var found: [ReleaseID] = []
        var after: String?
        repeat {
            let page = try await client.releases(limit: Self.pageSize, after: after)
            // Newest first: once one is too old, so are all that follow.
            let recent = page.items.filter { $0.release.createdAt >= since }
            found += recent.filter { $0.endedAt != nil }.map(\.release.id)
            after = recent.count == page.items.count ? page.next : nil
        } while after != nil && found.count < Self.maximumReleases
        return found.prefix(Self.maximumReleases).reversed()
    }

    private func windows(of release: ReleaseID) async throws -> [ReleaseRecording.Window] {
        var windows: [ReleaseRecording.Window] = []
        var after: String?
        repeat {
            let page = try await client.windows(release, after: after, limit: Self.pageSize)
            windows += page.items.map { ReleaseRecording.Window(end: $0.end, at: $0.at, outcome: $0.outcome) }
            after = page.next
        } while after != nil && windows.count < Self.maximumWindows
        return windows
    }

    /// Every decision; with its evidence where an observation ran, which is what a replay needs it for.
    private func decisions(of release: ReleaseID) async throws -> [ReleaseRecording.RecordedDecision] {
        var decisions: [ReleaseRecording.RecordedDecision] = []
        var after: String?
        repeat {
            let page = try await client.decisions(release, after: after, limit: Self.pageSize)
            for item in page.items {
                let evidence = item.evidenceDigest == nil ? nil : try await client.decision(item.id).evidence
                decisions.append(.init(id: item.id, decision: item.decision, evidence: evidence))
            }
            after = page.next
        } while after != nil
        return decisions
    }
}
