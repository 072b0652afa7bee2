/// Units of time and size. After a number they belong to it.
enum MeasureUnits {
    private static let hashes: Set<UInt64> = Set(
        [
            "ns", "us", "ms", "s", "sec", "secs", "second", "seconds", "min", "mins", "minute", "minutes", "h", "hour", "hours", "days",
            "nanoseconds", "microseconds", "milliseconds", "millis", "b", "byte", "bytes", "kb", "mb", "gb", "tb", "kib", "mib", "gib",
        ].map { TokenHash.of($0.utf8) })

    static func contains(lowercasedHash: UInt64) -> Bool { hashes.contains(lowercasedHash) }
}
