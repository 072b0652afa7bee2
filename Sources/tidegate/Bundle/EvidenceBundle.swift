import Foundation
import ReleaseModel
import ReleaseServer

/// Everything about one release in one archive: its entries, the evidence, the policy, who could approve, and a report to print.
///
/// A bundle stands for itself: `tidegate audit replay --bundle` needs no server, and its README says how to check it by hand.
struct EvidenceBundle {
    /// The manifest, the last file of a bundle: what it holds, and the digest of each file.
    struct Manifest: Codable {
        var format: String
        var release: ReleaseID
        var madeAt: Timestamp
        var server: String
        var program: String
        /// Evidence that decisions name and that had expired when the bundle was made.
        var missingEvidence: [String]
        var files: [BundleSpool.File]
    }

    let client: APIClient
    let release: ReleaseID

    /// Gathers the bundle and writes it to a file.
    ///
    /// - Returns: what it holds.
    func write(to path: String) async throws -> Manifest {
        let detail = try await client.release(release)
        let spool = try BundleSpool()
        let decisions = try await entries(of: detail.release.id, into: spool)
        let missing = try await evidence(of: decisions, into: spool)
        try spool.add(BundleLayout.release, try JSONValue(encoding: detail).canonicalBytes)
        try await policies(of: decisions, of: detail.release, into: spool)
        let end = decisions.last?.recordedAt ?? detail.now
        let summary = try await client.populationSummary(from: detail.release.createdAt, to: end + .seconds(1))
        try spool.add(BundleLayout.access, try JSONValue(encoding: summary.access).canonicalBytes)
        let holds = try await client.holds().items.filter { $0.release == detail.release.id }
        let report = BundleReport(
            detail: detail, decisions: decisions, access: summary.access, holds: holds, missingEvidence: missing, madeAt: detail.now)
        try spool.add(BundleLayout.report, report.html)
        try spool.add(BundleLayout.readme, BundleReadme(release: detail.release.id, madeAt: detail.now).text)
        let manifest = Manifest(
            format: BundleLayout.format, release: detail.release.id, madeAt: detail.now, server: client.baseURL, program: Version.text,
            missingEvidence: missing, files: spool.files)
        try spool.add(BundleLayout.manifest, try JSONValue(encoding: manifest).canonicalBytes)
        try spool.write(to: path, time: detail.now)
        return manifest
    }

    /// Every entry of the release, as the export writes them; gives the decisions among them.
    private func entries(of release: ReleaseID, into spool: BundleSpool) async throws -> [DecisionView] {
        var decisions: [DecisionView] = []
        try await spool.add(BundleLayout.entries) { write in
            var after: Int64 = 0
            while true {
                let page = try await client.exported("ndjson", [("release", release)], after: after)
                try write(page.bytes)
                guard let next = page.next else { return }
                after = next
            }
        }
        var place: Int64?
        while true {
            let page = try await client.entries([("release", release), ("kind", "decision")], after: place)
            decisions += try page.items.map(DecisionView.init(entry:))
            guard page.next != nil, let last = page.items.last else { return decisions }
            place = last.position
        }
    }

    private func evidence(of decisions: [DecisionView], into spool: BundleSpool) async throws -> [String] {
        var seen = Set<String>()
        var missing: [String] = []
        for decision in decisions {
            guard let digest = decision.evidenceDigest, seen.insert(digest).inserted else { continue }
            if let evidence = try await client.decision(decision.id).evidence {
                try spool.add(BundleLayout.evidence(digest), evidence.canonicalBytes)
            } else {
                missing.append(digest)
            }
        }
        return missing
    }

    private func policies(of decisions: [DecisionView], of release: Release, into spool: BundleSpool) async throws {
        let digests = Set(decisions.map(\.policyDigest) + [release.policyDigest]).filter { !$0.isEmpty }.sorted()
        for digest in digests {
            let policy = try await client.policy(digest)
            try spool.add(BundleLayout.policy(digest), try JSONValue(encoding: policy.policy).canonicalBytes)
            if digest == release.policyDigest { try spool.add(BundleLayout.policySource, policy.source) }
        }
    }
}
