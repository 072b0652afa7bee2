import Detection
import Foundation

// bench-detection [--quick] [--runs N] [--json] [--svg FILE]: prints the tables, or the same as JSON, and draws the comparison with the peers.
var benchmark = Benchmark()
var asJSON = false
var figure: String?

func stop(_ reason: String) -> Never {
    FileHandle.standardError.write(Data("bench-detection: \(reason)\n".utf8))
    exit(2)
}

var arguments = CommandLine.arguments.dropFirst()
while let argument = arguments.popFirst() {
    switch argument {
    case "--json": asJSON = true
    case "--quick":
        benchmark.runs = 400
        benchmark.foundRuns = 100
    case "--svg":
        guard let path = arguments.popFirst() else { stop("--svg needs a file name") }
        figure = path
    case "--runs":
        guard let text = arguments.popFirst(), let runs = Int(text), (100...1_000_000).contains(runs) else {
            stop("--runs needs a number from 100 to 1000000")
        }
        benchmark.runs = runs
        benchmark.foundRuns = min(1000, runs)
    default: stop("\(argument) is not known; there are --quick, --runs N, --json and --svg FILE")
    }
}

let report = await benchmark.run { FileHandle.standardError.write(Data("… \($0)\n".utf8)) }
if asJSON {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
    print(String(decoding: try encoder.encode(report), as: UTF8.self))
} else {
    print(report.text, terminator: "")
}
if let figure {
    do {
        try report.svg.write(toFile: figure, atomically: true, encoding: .utf8)
    } catch {
        stop("\(figure) cannot be written: \(error.localizedDescription)")
    }
}
