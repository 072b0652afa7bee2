/// The 10000 buckets into which nginx's `split_clients` divides 32-bit hashes, one for each basis point of weight.
///
/// A hash lies below `threshold(basisPoints: b + 1)` exactly when its bucket is at most `b`, so `bucket < 3000` is a split of 30%.
public enum SplitBucket {
    /// The hash from which on a share of so many basis points does not reach: `floor(basisPoints * 4294967295 / 10000)`
    /// (ngx_http_split_clients_module.c).
    public static func threshold(basisPoints: Int) -> UInt64 { UInt64(basisPoints) * 4_294_967_295 / 10_000 }

    /// The bucket of a hash, 0 to 9999.
    public static func bucket(of hash: UInt32) -> Int {
        // Rounding puts the quotient at most one bucket beside the thresholds, which are rounded down one by one.
        var bucket = min(9999, Int(UInt64(hash) * 10_000 / 4_294_967_295))
        while bucket > 0, hash < threshold(basisPoints: bucket) { bucket -= 1 }
        while bucket < 9999, hash >= threshold(basisPoints: bucket + 1) { bucket += 1 }
        return bucket
    }
}
