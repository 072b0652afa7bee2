/// The memory floor of one instance in blocks of time: the lowest value of each, so that the saw-tooth between collections does not count.
struct MemorySeries: Codable {
    /// Older blocks are dropped: three hours of five-minute blocks.
    static let maximumBlocks = 36

    /// Coded as `[block, MB]`.
    struct Minimum: Codable {
        var block: Int
        var megabytes: Double

        init(block: Int, megabytes: Double) {
            self.block = block
            self.megabytes = megabytes
        }

        init(from decoder: any Decoder) throws {
            var container = try decoder.unkeyedContainer()
            block = try container.decode(Int.self)
            megabytes = try container.decode(Double.self)
        }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.unkeyedContainer()
            try container.encode(block)
            try container.encode(megabytes)
        }
    }

    let name: String
    private(set) var seen: Double
    private var minima: [Minimum] = []

    init(name: String, now: Double) {
        self.name = name
        seen = now
    }

    mutating func restart() { minima = [] }

    mutating func note(bytes: Double, time: Double, now: Double, blockSeconds: Double) {
        seen = now
        guard bytes > 0 else { return }  // nothing was collected yet: the series lives, and its floor is unknown
        let block = Int((time / blockSeconds).rounded(.down))
        let megabytes = (bytes / 1000).rounded() / 1000
        if let last = minima.last, last.block == block {
            minima[minima.count - 1].megabytes = min(last.megabytes, megabytes)
        } else if minima.last.map({ $0.block < block }) ?? true {
            minima.append(Minimum(block: block, megabytes: megabytes))
            if minima.count > Self.maximumBlocks { minima.removeFirst() }
        }
    }

    /// The blocks that are over.
    func closed(at now: Double, blockSeconds: Double) -> [Minimum] {
        minima.filter { Double($0.block + 1) * blockSeconds <= now }
    }
}
