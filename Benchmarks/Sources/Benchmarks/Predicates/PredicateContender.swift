/// One side of a benchmark of predicates.
struct PredicateContender {
    let name: String
    /// The ratio that Tidegate holds itself to against it.
    let atMost: Double?
    /// One round: nanoseconds per evaluation, and how many evaluations were true.
    let round: () throws -> (nanoseconds: Double, matches: Int)

    struct Disagreement: Error, CustomStringConvertible { let description: String }

    /// Interleaves the rounds of all contenders, Tidegate's first. All must find as many matches.
    static func compare(
        _ title: String, unit: String, rounds: Int, _ contenders: [PredicateContender], notices: [String] = []
    ) throws -> BenchmarkResult {
        var expected: Int?
        let samples = try PairedRounds.samples(
            rounds: rounds,
            of: contenders.map { contender in
                {
                    let (nanoseconds, matches) = try contender.round()
                    guard matches == expected ?? matches else {
                        throw Disagreement(description: "\(title): \(contender.name) finds \(matches) matches, not \(expected ?? 0)")
                    }
                    expected = matches
                    return nanoseconds
                }
            })
        let series = zip(contenders, samples).map { (name: $0.name, samples: $1, atMost: $0.atMost) }
        return BenchmarkResult(title, unit: unit, series: series, notices: notices)
    }
}
