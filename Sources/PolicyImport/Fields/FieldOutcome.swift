/// What became of one field of a manifest.
public enum FieldOutcome: String, Sendable, Codable, CaseIterable {
    /// The policy means the same.
    case carried
    /// The policy has something for the same purpose that works differently; the remark says how.
    case adapted
    /// It is not about the release: what runs (pod templates, scaling), or where traffic flows (services, ingresses, meshes). Tidegate
    /// neither deploys nor owns the network; a target names the data plane.
    case elsewhere
    /// There is no equal.
    case dropped
}
