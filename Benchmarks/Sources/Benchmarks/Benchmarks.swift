import Foundation

/// Tidegate beside its peers, in one run: `swift run -c release Benchmarks [PART...] [--rounds N] [--json]`; and, as `Benchmarks agreement`,
/// a million users through a real nginx.
///
/// The rounds of all contenders are interleaved and medians are compared, so that a busy machine slows all alike. What is measured is
/// processor time. Figures are ratios: how long Tidegate takes for what the other does in 1.
@main
struct Benchmarks {
    static func main() {
        let arguments = Array(CommandLine.arguments.dropFirst())
        do {
            switch arguments.first {
            case EdgeProcess.command?: try EdgeProcess.serve(Array(arguments.dropFirst()))
            case KeyAgreement.command?:
                let result = try KeyAgreement.run()
                print(result)
                if !result.holds { exit(1) }
            default: try measure(BenchmarkOptions(arguments))
            }
        } catch {
            FileHandle.standardError.write(Data("\(error)\n".utf8))
            exit(error is BenchmarkOptions.Refusal ? 64 : 1)
        }
    }

    private static func measure(_ options: BenchmarkOptions) throws {
        var results: [BenchmarkResult] = []
        for part in options.parts {
            for result in try part.run(rounds: options.rounds) {
                if !options.printsJSON { print(result) }
                results.append(result)
            }
        }
        if options.printsJSON { print(try BenchmarkResult.json(results)) }
    }
}
