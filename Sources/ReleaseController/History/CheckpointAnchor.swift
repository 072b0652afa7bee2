/// A place outside of the database where signed heads of the history are kept.
///
/// Whoever can change the database must not be able to change what lies there; then the past cannot be rewritten unnoticed.
public protocol CheckpointAnchor: Sendable {
    /// How people and the database name it: `file:/path`, `git:/path`, or the URL without what may be secret.
    var place: String { get }

    /// Keeps a signed note, after those that are there.
    func put(_ note: String, size: UInt64) async throws
}
