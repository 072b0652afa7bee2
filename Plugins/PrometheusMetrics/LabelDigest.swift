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
