extension SplitBucket {
    /// How many buckets have a percentage (`bucket / 100`, a float) below a number, or equal to it where `orEqual` says so. These are the
    /// first ones, as the percentages grow with the buckets. NaN is above none.
    static func percentages(below value: LuaValue, orEqual: Bool) -> Int {
        count { bucket in LuaOperations.isBelow(.float(Double(bucket) / 100), value, orEqual: orEqual) }
    }

    /// How many buckets are below a number, or equal to it where `orEqual` says so.
    static func buckets(below value: LuaValue, orEqual: Bool) -> Int {
        count { bucket in LuaOperations.isBelow(.integer(Int64(bucket)), value, orEqual: orEqual) }
    }

    /// How many of the first buckets hold a condition that, once it is false, stays false.
    private static func count(_ holds: (Int) -> Bool) -> Int {
        var low = 0
        var high = 10_000
        while low < high {
            let middle = (low + high) / 2
            if holds(middle) { low = middle + 1 } else { high = middle }
        }
        return low
    }
}

extension LuaOperations {
    /// Whether one number is less than another, or equal to it where `orEqual` says so; false for what is no number.
    fileprivate static func isBelow(_ number: LuaValue, _ bound: LuaValue, orEqual: Bool) -> Bool {
        (try? compare(orEqual ? .lessOrEqual : .less, number, bound)) ?? false
    }
}
