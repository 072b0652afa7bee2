/// 128 bits that stand for a row's key or for its content within one verification: half of a SHA-256 over a secret that was drawn at its
/// beginning and what is marked. Nobody who writes rows knows the secret, so nobody can look for two that have the same mark.
struct RowMark: Hashable {
    var high: UInt64
    var low: UInt64

    func hash(into hasher: inout Hasher) { hasher.combine(high) }
}
