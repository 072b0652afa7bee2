/// Runs of an experiment on all cores. Each run has its own seed, so that the result does not depend on how they are divided.
enum ParallelRuns {
    private static let chunk = 50

    static func map<Result: Sendable>(_ runs: Int, seed: UInt64, _ body: @escaping @Sendable (inout SeededGenerator) -> Result) async
        -> [Result]
    {
        await withTaskGroup(of: (Int, [Result]).self) { group in
            for start in stride(from: 0, to: runs, by: chunk) {
                group.addTask {
                    let results = (start..<min(start + chunk, runs)).map { run in
                        var generator = SeededGenerator(seed: seed, run: run)
                        return body(&generator)
                    }
                    return (start, results)
                }
            }
            var parts: [(Int, [Result])] = []
            for await part in group { parts.append(part) }
            return parts.sorted { $0.0 < $1.0 }.flatMap(\.1)
        }
    }
}
