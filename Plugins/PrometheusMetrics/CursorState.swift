internal import ReleaseModel

/// Where each counter of a release stood when it was last read. Passed along with the calls; nothing is kept in the plugin.
struct CursorState: Codable {
    static let version = 1
    /// An instance that gave no point for so long is forgotten with all its counters; should it return, it starts anew.
    static let memory = TimeSpan.seconds(3600)

    struct Instance: Codable {
        var arm: String
        var name: String
        /// Seconds since 1970 of its newest point.
        var seen: Double
    }

    /// Time and value of the newest point that was counted.
    struct Cursor: Codable {
        var time: Double
        var value: Double

        init(time: Double, value: Double) {
            self.time = time
            self.value = value
        }

        init(from decoder: any Decoder) throws {
            var container = try decoder.unkeyedContainer()
            time = try container.decode(Double.self)
            value = try container.decode(Double.self)
        }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.unkeyedContainer()
            try container.encode(time)
            try container.encode(value)
        }
    }

    var version = Self.version
    /// End of the last window that was read without a fault.
    var through: Timestamp
    /// Sorted by arm and name.
    var instances: [Instance] = []
    /// By metric, then by the digest of a series' labels. The cursors of an instance begin with its number in `instances`, so that
    /// both are forgotten together: a counter that returns without its cursor would be counted from zero.
    var counters: [String: [String: Cursor]] = [:]

    /// nil for a state of another version: counters then start anew, and nothing is counted twice.
    init?(_ value: JSONValue?) {
        guard let value, let state = try? value.decoded(as: CursorState.self), state.version == Self.version else { return nil }
        self = state
    }

    init(through: Timestamp) { self.through = through }
}

/// FNV-1a over a series' labels, 64 bits: short, and the same on every machine.
struct LabelDigest {
    private var hash: UInt64 = 0xcbf2_9ce4_8422_2325

    init(_ labels: [String: String], without left: String? = nil) {
        for name in labels.keys.sorted() where name != left {
            add(name)
            add(labels[name] ?? "")
        }
    }

    private mutating func add(_ text: String) {
        for byte in text.utf8 { mix(byte) }
        mix(0xff)  // occurs in no UTF-8 text
    }

    private mutating func mix(_ byte: UInt8) {
        hash ^= UInt64(byte)
        hash = hash &* 0x100_0000_01b3
    }

    var text: String { String(hash, radix: 36) }
}
