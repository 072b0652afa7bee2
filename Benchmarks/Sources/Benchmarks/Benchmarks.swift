import Foundation

/// Tidegate beside its peers, in one run: `swift run -c release Benchmarks [PART...] [--rounds N] [--json]`.
///
/// The rounds of all contenders are interleaved and medians are compared, so that a busy machine slows all alike. What is measured is
/// processor time. Figures are ratios: how long Tidegate takes for what the other does in 1.
@main
struct Benchmarks {
    static func main() {
        do {
            let options = try BenchmarkOptions(Array(CommandLine.arguments.dropFirst()))
            var results: [BenchmarkResult] = []
            for part in options.parts {
                for result in try part.run(rounds: options.rounds) {
                    if !options.printsJSON { print(result) }
                    results.append(result)
                }
            }
            if options.printsJSON { print(try BenchmarkResult.json(results)) }
        } catch {
            FileHandle.standardError.write(Data("\(error)\n".utf8))
            exit(error is BenchmarkOptions.Refusal ? 64 : 1)
        }
    }
}
