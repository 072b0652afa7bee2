import ReleaseModel
import Routing

/// `split_clients` as nginx computes it, written after ngx_murmurhash.c and ngx_http_split_clients_module.c and nothing else: the yardstick
/// that is itself held to a real nginx.
enum NginxArithmetic {
    /// `ngx_murmur_hash2`
    static func hash(_ data: [UInt8]) -> UInt32 {
        var length = data.count
        var h: UInt32 = 0 ^ UInt32(truncatingIfNeeded: length)
        var p = 0
        while length >= 4 {
            var k = UInt32(data[p])
            k |= UInt32(data[p + 1]) << 8
            k |= UInt32(data[p + 2]) << 16
            k |= UInt32(data[p + 3]) << 24
            k = k &* 0x5bd1_e995
            k ^= k >> 24
            k = k &* 0x5bd1_e995
            h = h &* 0x5bd1_e995
            h ^= k
            p += 4
            length -= 4
        }
        if length == 3 { h ^= UInt32(data[p + 2]) << 16 }
        if length >= 2 { h ^= UInt32(data[p + 1]) << 8 }
        if length >= 1 {
            h ^= UInt32(data[p])
            h = h &* 0x5bd1_e995
        }
        h ^= h >> 13
        h = h &* 0x5bd1_e995
        h ^= h >> 15
        return h
    }

    /// The index of the part of a text. Parts are hundredths of a percent as the configuration has them; the rest (`*`) is one past them.
    static func part(of text: [UInt8], percents: [UInt32]) -> Int {
        let hash = hash(text)
        var last: UInt64 = 0
        for (index, percent) in percents.enumerated() {
            last += UInt64(percent) * 0xffff_ffff / 10000
            if UInt64(hash) < last { return index }
        }
        return percents.count
    }

    /// The splits that are printed for a table.
    struct Table {
        private let who: [UInt8]
        private let which: [UInt8]
        private let percents: [UInt32]
        private let shares: [UInt32]
        private let arms: [Int]
        private let stable: Int

        init(_ table: SplitTable) {
            who = Array((table.layer.map { "layer/\($0.name):" } ?? "\(table.salt):").utf8)
            which = Array("\(table.salt)/arm:".utf8)
            let start = UInt32(table.layer?.from.basisPoints ?? 0)
            percents = (start > 0 ? [start] : []) + [UInt32(table.participation.basisPoints)]
            shares = table.shares.compactMap { $0.weight.map { UInt32($0.basisPoints) } }
            arms = table.shares.map(\.arm)
            stable = table.stable
        }

        func arm(ofKey key: [UInt8]) -> Int {
            guard NginxArithmetic.part(of: who + key, percents: percents) == percents.count - 1 else { return stable }
            return arms[NginxArithmetic.part(of: which + key, percents: shares)]
        }
    }
}
