import Predicates

/// The rule of `PredicateBenchmark` as somebody would write it in Swift, or `expr emit --target swift` prints it: compiled ahead of time,
/// over the same request slots.
enum HandWritten {
    static func rule(_ request: borrowing RequestView) throws -> Bool {
        guard request.equals(0, "true"), request.equals(1, "sh") else { return false }
        return try request.crc32(2) % 100 < 30
    }
}
