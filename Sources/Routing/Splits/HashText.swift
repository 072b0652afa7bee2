internal import Predicates

/// A text that is hashed: a fixed prefix, then what a request gives.
struct HashText: Sendable, Hashable {
    let prefix: [UInt8]

    init(prefix: String) { self.prefix = Array(prefix.utf8) }

    /// MurmurHash2 of the prefix and `key`, which are put together on the stack where they are short.
    func hash(_ key: [UInt8]) -> UInt32 {
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: prefix.count + key.count) { buffer in
            _ = buffer[..<prefix.count].initialize(fromContentsOf: prefix)
            _ = buffer[prefix.count...].initialize(fromContentsOf: key)
            return murmurHash2(UnsafeBufferPointer(buffer))
        }
    }
}
