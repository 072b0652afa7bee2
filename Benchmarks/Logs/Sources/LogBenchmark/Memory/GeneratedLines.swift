/// Lines of a service that runs for long: a few dozen kinds whose values never come back, and now and then one that nobody has seen before.
struct GeneratedLines {
    /// One line in this many is made of words that come only once, as random data in a log is.
    static let novelEvery: UInt64 = 20

    private static let kinds = [
        "order # of customer # placed in # ms", "GET /api/v1/items/# 200 # bytes", "connection from #.#.#.# closed after # s",
        "cache miss for key item:#:# on node-#", "payment # of account # accepted by gateway g#", "worker # took job # from queue q#",
        #"{"level":"info","msg":"session # opened","user":"u#"}"#, "level=warn msg=\"slow query\" duration=#ms rows=#",
        "2026-11-21T02:15:#Z ERROR [main-#] could not price order #", "heartbeat # ok",
    ]
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    /// Puts the next line into `line`.
    mutating func next(into line: inout [UInt8]) {
        line.removeAll(keepingCapacity: true)
        if random() % Self.novelEvery == 0 {
            for index in 0..<Int(4 + random() % 8) {
                if index > 0 { line.append(32) }
                for _ in 0..<(3 + random() % 6) { line.append(UInt8(97 + random() % 26)) }
            }
            return
        }
        for byte in Self.kinds[Int(random() % UInt64(Self.kinds.count))].utf8 {
            if byte == UInt8(ascii: "#") { append(random() % 1_000_000, to: &line) } else { line.append(byte) }
        }
    }

    private func append(_ number: UInt64, to line: inout [UInt8]) {
        var divisor: UInt64 = 1
        while number / divisor >= 10 { divisor *= 10 }
        while divisor > 0 {
            line.append(UInt8(48 + number / divisor % 10))
            divisor /= 10
        }
    }

    /// SplitMix64 (Steele, Lea, Flood 2014).
    private mutating func random() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var z = state
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        return z ^ (z >> 31)
    }
}
