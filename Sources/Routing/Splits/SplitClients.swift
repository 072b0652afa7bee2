internal import Predicates
public import ReleaseModel

/// The arithmetic of nginx's `split_clients`: parts in hundredths of a percent, turned into thresholds over a 32-bit hash.
///
/// The thresholds are a running sum of `floor(part * 4294967295 / 10000)`; a hash falls into the first part whose threshold lies above it,
/// and into the remainder (`*`) where none does. (ngx_http_split_clients_module.c)
public struct SplitClients: Sendable, Hashable {
    /// Thresholds of the parts in order; the remainder has none.
    public let thresholds: [UInt32]

    /// - Precondition: the parts are above zero and sum to less than 100%, so that there is a remainder.
    public init(parts: [Weight]) {
        precondition(parts.allSatisfy { $0 > .zero }, "nginx refuses a part of 0%")
        precondition(parts.reduce(0) { $0 + $1.basisPoints } < 10_000, "the remainder needs a share")
        var sum: UInt64 = 0
        thresholds = parts.map { part in
            sum += SplitBucket.threshold(basisPoints: part.basisPoints)
            return UInt32(sum)
        }
    }

    /// Index of the part that `hash` falls into; `thresholds.count` is the remainder.
    public func part(of hash: UInt32) -> Int { thresholds.firstIndex { hash < $0 } ?? thresholds.count }
}
