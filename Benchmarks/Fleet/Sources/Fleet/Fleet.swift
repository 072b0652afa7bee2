import Foundation

/// What a fleet of releases costs: `swift run -c release Fleet [--rounds N] [--json]`.
@main
struct Fleet {
    static let maximumRounds = 101

    static func main() {
        var rounds = 9
        var printsJSON = false
        var rest = CommandLine.arguments.dropFirst()
        while let argument = rest.popFirst() {
            switch argument {
            case "--json": printsJSON = true
            case "--rounds":
                guard let count = rest.popFirst().flatMap({ Int($0) }), (1...maximumRounds).contains(count) else {
                    refuse("--rounds takes a whole number from 1 to \(maximumRounds)")
                }
                rounds = count
            default: refuse("unknown option '\(argument)'")
            }
        }
        do {
            let results = [try FleetBenchmark.queries(rounds: rounds), try FleetBenchmark.evaluation(rounds: rounds)]
            if printsJSON { print(try BenchmarkResult.json(results)) } else { results.forEach { print($0) } }
        } catch {
            FileHandle.standardError.write(Data("\(error)\n".utf8))
            exit(1)
        }
    }

    private static func refuse(_ problem: String) -> Never {
        FileHandle.standardError.write(Data("\(problem)\nusage: Fleet [--rounds N] [--json]\n".utf8))
        exit(64)
    }
}
