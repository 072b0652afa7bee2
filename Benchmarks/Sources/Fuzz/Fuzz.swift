import Foundation

/// Fuzzes lexer, parser, checker and evaluator: `swift run -c release Fuzz --inputs 10000000 --seed 1`.
///
/// Every input follows from seed and number, so that one that fails is run again, and shown, by `--seed S --from N --inputs 1`. A crash
/// or a hang says at which input it was.
@main
struct Fuzz {
    static func main() {
        let options: FuzzOptions
        do {
            options = try FuzzOptions(Array(CommandLine.arguments.dropFirst()))
        } catch {
            FileHandle.standardError.write(Data("\(error)\n\(FuzzOptions.usage)\n".utf8))
            exit(64)
        }
        Watchdog.start()
        var report = FuzzReport(options: options)
        for number in options.from..<(options.from + options.inputs) {
            Watchdog.enter(number)
            let input = FuzzInput(seed: options.seed, number: number)
            let outcome = FuzzOutcome.of(input)
            report.count(outcome, of: number)
            if options.inputs == 1 { print("input \(number): \(outcome)\n  \(input.source)") }
            if let violation = outcome.violation {
                print("input \(number): \(violation)\n  \(input.source.prefix(4000))")
                if report.violations == FuzzReport.maximumViolations { break }
            }
            if (number - options.from + 1) % 250_000 == 0 { report.printProgress() }
        }
        Watchdog.leave()
        print(report)
        exit(report.violations == 0 ? 0 : 1)
    }
}
