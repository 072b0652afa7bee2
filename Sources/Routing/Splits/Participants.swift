internal import Predicates
internal import ReleaseModel

/// The hashes whose keys take part in a release: from a lower bound up to, and without, an upper one.
struct Participants: Sendable, Hashable {
    /// In basis points. The sum of two rounded thresholds may lie one hash below the rounded sum, whose key then does not take part.
    let buckets: Range<Int>
    private let lower: UInt64
    private let upper: UInt64

    /// Without a layer everything below the weight's threshold; in a layer the weight's threshold from the start of its range on.
    /// Weight 100% is everybody, also in a layer.
    ///
    /// - Throws: `invalidInput` for a layer that has no name or no range, or is narrower than the weight.
    init(weight: Weight, layer: Layer?) throws(ReleaseError) {
        if let layer { try Self.check(layer, holds: weight) }
        guard weight < .full else {
            buckets = 0..<10_000
            lower = 0
            upper = UInt64(UInt32.max) + 1
            return
        }
        let start = layer?.from.basisPoints ?? 0
        buckets = start..<start + weight.basisPoints
        lower = SplitBucket.threshold(basisPoints: start)
        upper = lower + SplitBucket.threshold(basisPoints: weight.basisPoints)
    }

    private static func check(_ layer: Layer, holds weight: Weight) throws(ReleaseError) {
        if let problem = Name.problem(with: layer.name) { throw ReleaseError(.invalidInput, "the layer '\(layer.name)' \(problem)") }
        guard layer.from < layer.to else {
            throw ReleaseError(.invalidInput, "the range of the layer '\(layer.name)' is empty: from \(layer.from) to \(layer.to)")
        }
        let width = Weight(basisPoints: layer.to.basisPoints - layer.from.basisPoints)
        guard weight <= width || weight == .full else {
            throw ReleaseError(
                .invalidInput,
                "\(weight) do not fit into the layer '\(layer.name)' from \(layer.from) to \(layer.to), which is \(width) wide",
                advice: "give the release a wider range of the layer, or a stage of at most \(width)")
        }
    }

    func contains(_ hash: UInt32) -> Bool { lower <= UInt64(hash) && UInt64(hash) < upper }
}
