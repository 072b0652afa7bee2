import Foundation
import Hashing
import ReleaseModel
import ReleaseServer
import TransparencyLog

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
        /// The signed head that the proofs lead to; nil where the history had none.
        var log: Log?
        var files: [BundleSpool.File]
    }

    /// The head that a bundle's entries are proven under.
    struct Log: Codable {
        var origin: String
        var size: UInt64
        var root: String
        var keys: [String]
        var provenEntries: Int
        /// Places of entries that were written while the bundle was made, which the head does not cover.
        var notCovered: [Int64]
    }

    /// How often, and after how long, it looks again for entries that wait for their number.
    private static let attempts = 20
    private static let pause = Duration.milliseconds(250)

    let client: APIClient
    let release: ReleaseID

    /// Gathers the bundle and writes it to a file.
    ///
    /// - Returns: what it holds.
    func write(to path: String) async throws -> Manifest {
        let detail = try await client.release(release)
        let spool = try BundleSpool()
        try await untilNumbered(detail.release.id)
        let status = try await client.log()
        let (decisions, leaves) = try await entries(of: detail.release.id, into: spool)
        let log = try await proofs(of: leaves, under: status, into: spool)
        let missing = try await evidence(of: decisions, into: spool)
        try spool.add(BundleLayout.release, try JSONValue(encoding: detail).canonicalBytes)
        let policies = try await policies(of: decisions, of: detail.release, into: spool)
        let end = decisions.last?.recordedAt ?? detail.now
        let summary = try await client.populationSummary(from: detail.release.createdAt, to: end + .seconds(1))
        try spool.add(BundleLayout.access, try JSONValue(encoding: summary.access).canonicalBytes)
        let holds = try await client.holds().items.filter { $0.release == detail.release.id }
        let report = BundleReport(
            detail: detail, decisions: decisions, access: summary.access, holds: holds, missingEvidence: missing,
            policies: policies, log: log, leaves: Dictionary(leaves.map { ($0.position, $0.leaf) }, uniquingKeysWith: { $1 }),
            madeAt: detail.now)
        try spool.add(BundleLayout.report, report.html)
        try spool.add(BundleLayout.readme, BundleReadme(release: detail.release.id, madeAt: detail.now).text)
        let manifest = Manifest(
            format: BundleLayout.format, release: detail.release.id, madeAt: detail.now, server: client.baseURL, program: Version.text,
            missingEvidence: missing, log: log, files: spool.files)
        try spool.add(BundleLayout.manifest, try JSONValue(encoding: manifest).canonicalBytes)
        try spool.write(to: path, time: detail.now)
        return manifest
    }

    /// Entries get their numbers within a second or two of being written. Where a log is kept at all, a bundle waits for them.
    private func untilNumbered(_ release: ReleaseID) async throws {
        guard try await client.log().checkpoint != nil else { return }
        for _ in 0..<Self.attempts {
            var after: Int64?
            var isNumbered = true
            repeat {
                let page = try await client.entries([("release", release)], after: after)
                isNumbered = page.items.allSatisfy { $0.leafIndex != nil }
                after = page.next == nil ? nil : page.items.last?.position
            } while isNumbered && after != nil
            if isNumbered { return }
            try await Task.sleep(for: Self.pause)
        }
    }

    /// An entry of the release: its place, its leaf, and the leaf's hash.
    private struct Leaf {
        var position: Int64
        var leaf: UInt64?
        var hash: InlineDigest
    }

    /// Every entry of the release, as the export writes them; gives the decisions among them, and the leaves of all.
    private func entries(of release: ReleaseID, into spool: BundleSpool) async throws -> (decisions: [DecisionView], leaves: [Leaf]) {
        var decisions: [DecisionView] = []
        var leaves: [Leaf] = []
        try await spool.add(BundleLayout.entries) { write in
            var after: Int64 = 0
            while true {
                let page = try await client.exported("ndjson", [("release", release)], after: after)
                try write(page.bytes)
                for line in page.bytes.split(separator: 10) {
                    let said = try JSONValue(parsing: line)
                    guard let position = said["position"]?.number, let entry = said["entry"] else { continue }
                    // Entries are canonical, so these are the bytes that were hashed.
                    leaves.append(
                        Leaf(
                            position: Int64(position), leaf: said["leafIndex"]?.number.flatMap { UInt64(exactly: $0) },
                            hash: MerkleTree.leafHash(of: entry.canonicalBytes)))
                }
                guard let next = page.next else { return }
                after = next
            }
        }
        var place: Int64?
        while true {
            let page = try await client.entries([("release", release), ("kind", "decision")], after: place)
            decisions += try page.items.map(DecisionView.init(entry:))
            guard page.next != nil, let last = page.items.last else { return (decisions, leaves) }
            place = last.position
        }
    }

    /// The signed head, the keys, and a proof for each entry; nil where no head was signed yet.
    private func proofs(of leaves: [Leaf], under status: LogStatus, into spool: BundleSpool) async throws -> Log? {
        guard var proofs = try BundleProofs(client: client, status: status) else { return nil }
        try spool.add(BundleLayout.checkpoint, proofs.note)
        try spool.add(BundleLayout.keys, status.keys.map { $0.key + "\n" }.joined())
        var log = Log(
            origin: proofs.head.origin, size: proofs.head.size, root: proofs.head.root.hex, keys: status.keys.map(\.key), provenEntries: 0,
            notCovered: [])
        for entry in leaves {
            if let leaf = entry.leaf, let proof = try await proofs.proof(of: entry.hash, at: leaf) {
                try spool.add(BundleLayout.proof(entry.position), proof.text)
                log.provenEntries += 1
            } else {
                log.notCovered.append(entry.position)
            }
        }
        return log
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

    /// Gives the policies by their digests.
    private func policies(
        of decisions: [DecisionView], of release: Release, into spool: BundleSpool
    ) async throws -> [String: Policy] {
        var policies: [String: Policy] = [:]
        let digests = Set(decisions.map(\.policyDigest) + [release.policyDigest]).filter { !$0.isEmpty }.sorted()
        for digest in digests {
            let policy = try await client.policy(digest)
            try spool.add(BundleLayout.policy(digest), try JSONValue(encoding: policy.policy).canonicalBytes)
            if digest == release.policyDigest { try spool.add(BundleLayout.policySource, policy.source) }
            policies[digest] = policy.policy
        }
        return policies
    }
}
