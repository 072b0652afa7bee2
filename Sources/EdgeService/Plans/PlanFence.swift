internal import ReleaseModel

/// Which plans a service has carried, so that an older one cannot come back.
///
/// Lease terms and generations count for one release each; between releases it counts that one has taken the place of the other. The rules
/// are those of the data planes.
struct PlanFence: Sendable {
    static let maximumReleases = 64

    private struct Entry: Sendable {
        var release: ReleaseID
        var leaseTerm: Int64
        var generation: Int64
    }

    /// Oldest first; the last is in force, the others were replaced.
    private var entries: [Entry] = []

    /// Why a plan comes too late, or nil.
    func refusal(of release: ReleaseID, leaseTerm: Int64, generation: Int64) -> String? {
        guard let index = entries.firstIndex(where: { $0.release == release }) else { return nil }
        let entry = entries[index]
        if index < entries.count - 1 { return "the release \(release) was replaced here by \(entries[entries.count - 1].release)" }
        if leaseTerm < entry.leaseTerm {
            return "the lease term \(leaseTerm) of \(release) is over; term \(entry.leaseTerm) has been seen here"
        }
        if leaseTerm == entry.leaseTerm, generation < entry.generation {
            return "generation \(generation) of \(release) is older than generation \(entry.generation), which is in force here"
        }
        return nil
    }

    /// Notes a plan that came into force.
    mutating func note(_ release: ReleaseID, leaseTerm: Int64, generation: Int64) {
        entries.removeAll { $0.release == release }
        entries.append(Entry(release: release, leaseTerm: leaseTerm, generation: generation))
        entries.removeFirst(max(0, entries.count - Self.maximumReleases))
    }
}
