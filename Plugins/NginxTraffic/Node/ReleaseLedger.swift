internal import ReleaseModel

/// Which releases a node has carried for one service, so that a controller that wakes up late cannot bring an old plan back.
///
/// Lease terms count for one release each; between releases it counts that one has taken the place of the other.
struct ReleaseLedger: Sendable, Hashable, Codable {
    static let maximumEntries = 64

    struct Entry: Sendable, Hashable, Codable {
        var release: ReleaseID
        var leaseTerm: Int64
        var generation: Int64
        /// Another release has taken over; this one cannot come back.
        var isReplaced: Bool
    }

    /// The digest of the fragment that nginx took last.
    var digest: String?
    /// Oldest first.
    var entries: [Entry] = []

    /// Why a plan comes too late, or nil.
    func refusal(of release: ReleaseID, leaseTerm: Int64, generation: Int64) -> String? {
        guard let entry = entries.first(where: { $0.release == release }) else { return nil }
        if entry.isReplaced { return "the release \(release) was replaced on this node by \(entries.last?.release ?? "another one")" }
        if leaseTerm < entry.leaseTerm {
            return "the lease term \(leaseTerm) of \(release) is over; this node has seen term \(entry.leaseTerm)"
        }
        if leaseTerm == entry.leaseTerm, generation < entry.generation {
            return "generation \(generation) of \(release) is older than generation \(entry.generation), which this node has seen"
        }
        return nil
    }

    /// Notes a plan before anything is done about it.
    mutating func note(_ release: ReleaseID, leaseTerm: Int64, generation: Int64) {
        let isReplaced = entries.first { $0.release == release }?.isReplaced ?? false
        entries.removeAll { $0.release == release }
        entries.append(Entry(release: release, leaseTerm: leaseTerm, generation: generation, isReplaced: isReplaced))
        entries.removeFirst(max(0, entries.count - Self.maximumEntries))
    }

    /// Notes that nginx has taken a plan: its release is the one now.
    mutating func took(_ release: ReleaseID, digest: String) {
        self.digest = digest
        for index in entries.indices where entries[index].release != release { entries[index].isReplaced = true }
    }
}
