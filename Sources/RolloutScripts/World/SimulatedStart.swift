public import ReleaseModel

/// A release that is started in a simulated world.
public struct SimulatedStart: Sendable, Hashable {
    public var release: ReleaseID
    public var stable: String
    public var canary: String
    /// The release cannot be taken back.
    public var irreversible: Bool

    public init(release: ReleaseID = "checkout-1", stable: String = "v41", canary: String = "v42", irreversible: Bool = false) {
        self.release = release
        self.stable = stable
        self.canary = canary
        self.irreversible = irreversible
    }
}
