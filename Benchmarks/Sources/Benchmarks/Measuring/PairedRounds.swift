/// Contenders that take turns, round by round.
enum PairedRounds {
    /// Samples of each contender, in the order of the rounds. Every other round goes backwards, so that none is always the last.
    static func samples(rounds: Int, of contenders: [() throws -> Double]) throws -> [[Double]] {
        var samples = contenders.map { _ in [Double]() }
        for round in 0..<rounds {
            let order = Array(contenders.indices)
            for index in round % 2 == 0 ? order : order.reversed() { samples[index].append(try contenders[index]()) }
        }
        return samples
    }
}
