public import ReleaseModel

/// The right to step one release for a while.
///
/// The term grows every time the lease is taken. A write under an older term, or after `expiresAt` by the database's clock, is refused, so
/// that a controller that slept through its lease changes nothing when it wakes up.
public struct Lease: Sendable, Hashable, Codable {
    public var release: ReleaseID
    public var controller: String
    public var term: Int64
    public var expiresAt: Timestamp

    public init(release: ReleaseID, controller: String, term: Int64, expiresAt: Timestamp) {
        self.release = release
        self.controller = controller
        self.term = term
        self.expiresAt = expiresAt
    }
}
