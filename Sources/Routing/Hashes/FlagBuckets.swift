internal import Predicates

/// The bucket of flagd's `fractional`: 0 up to `totalWeight`, exclusive. The first variant whose cumulative weight exceeds it is taken.
public func flagdBucket(_ key: String, totalWeight: UInt32) -> UInt32 {
    UInt32(truncatingIfNeeded: (UInt64(murmurHash3(key)) * UInt64(totalWeight)) >> 32)
}

/// The normalized value of Unleash's strategies: 1 to 100; a user takes part when it is at most the percentage.
public func unleashBucket(group: String, key: String) -> UInt32 { murmurHash3("\(group):\(key)") % 100 + 1 }
