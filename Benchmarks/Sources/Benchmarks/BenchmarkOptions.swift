/// What the command line asks for.
struct BenchmarkOptions {
    var parts: [BenchmarkPart] = []
    var rounds = 9
    var printsJSON = false

    static let maximumRounds = 101

    init(_ arguments: [String]) throws(Refusal) {
        var rest = arguments[...]
        while let argument = rest.popFirst() {
            switch argument {
            case "--json": printsJSON = true
            case "--rounds":
                guard let count = rest.popFirst().flatMap({ Int($0) }), (1...Self.maximumRounds).contains(count) else {
                    throw Refusal(problem: "--rounds takes a whole number from 1 to \(Self.maximumRounds)")
                }
                rounds = count
            default:
                guard let part = BenchmarkPart(rawValue: argument) else { throw Refusal(problem: "unknown part '\(argument)'") }
                parts.append(part)
            }
        }
        if parts.isEmpty { parts = BenchmarkPart.allCases }
    }

    struct Refusal: Error, CustomStringConvertible {
        let problem: String
        var description: String {
            "\(problem)\nusage: Benchmarks [\(BenchmarkPart.allCases.map(\.rawValue).joined(separator: " | "))]... [--rounds N] [--json]"
        }
    }
}
