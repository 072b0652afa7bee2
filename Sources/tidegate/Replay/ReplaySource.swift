import ReleaseModel
import ReleaseServer
import ZipArchive

/// Where a replay gets evidence and policies from: a server, or a bundle that somebody keeps.
protocol ReplaySource: Sendable {
    /// The evidence that a decision names; nil where it has expired or was left out.
    func evidence(of decision: DecisionView) async throws -> JSONValue?
    /// The policy with this digest.
    func policy(_ digest: String) async throws -> JSONValue
}

/// A running server, or the one over a folder's own database.
struct ServerReplaySource: ReplaySource {
    let client: APIClient

    func evidence(of decision: DecisionView) async throws -> JSONValue? { try await client.decision(decision.id).evidence }

    func policy(_ digest: String) async throws -> JSONValue { try JSONValue(encoding: try await client.policy(digest).policy) }
}

/// An evidence bundle on disk; nobody has to be asked.
struct BundleReplaySource: ReplaySource {
    /// Entries of one release; more than any release of ours comes to.
    static let maximumEntryBytes = 512 << 20
    static let maximumDocumentBytes = 32 << 20

    let path: String

    func evidence(of decision: DecisionView) async throws -> JSONValue? {
        guard let digest = decision.evidenceDigest else { return nil }
        return try member(BundleLayout.evidence(digest))
    }

    func policy(_ digest: String) async throws -> JSONValue {
        guard let policy = try member(BundleLayout.policy(digest)) else {
            throw ReleaseError(.notFound, "the bundle does not hold policy \(digest)", place: path)
        }
        return policy
    }

    /// The decisions in the bundle's entries, in their order.
    func decisions() throws -> [DecisionView] {
        guard let bytes = try content(BundleLayout.entries, Self.maximumEntryBytes) else {
            throw ReleaseError(.invalidInput, "it holds no \(BundleLayout.entries)", place: path, advice: "is it an evidence bundle?")
        }
        return try bytes.split(separator: 10).compactMap { line in
            let envelope = try JSONValue(parsing: line)
            guard envelope["kind"]?.string == "decision", let recordedAt = envelope["recordedAt"]?.string.flatMap(Timestamp.init(rfc3339:)),
                let entry = envelope["entry"]
            else { return nil }
            return try DecisionView(
                entry: EntryView(
                    position: Int64(envelope["position"]?.number ?? 0), kind: "decision", release: envelope["release"]?.string,
                    service: nil, decision: envelope["decision"]?.number.map { Int64($0) }, leafIndex: nil, recordedAt: recordedAt,
                    entry: entry))
        }
    }

    private func member(_ name: String) throws -> JSONValue? {
        try content(name, Self.maximumDocumentBytes).map { try JSONValue(parsing: $0) }
    }

    private func content(_ name: String, _ limit: Int) throws -> [UInt8]? {
        do {
            return try ZipReader(path: path).read(name, maximumBytes: limit)
        } catch let error as ZipError {
            throw ReleaseError(.invalidInput, "the bundle cannot be read: \(error.reason)", place: error.place)
        }
    }
}
