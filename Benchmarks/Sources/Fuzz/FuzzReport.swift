import Foundation

/// The counts of a run.
struct FuzzReport: CustomStringConvertible {
    let options: FuzzOptions
    private var inputs: UInt64 = 0
    private var parsed: UInt64 = 0
    private var compiled: UInt64 = 0
    private var evaluations = 0
    private var errors = 0
    private var limits = 0
    private var slowest: (nanoseconds: UInt64, input: UInt64) = (0, 0)
    private(set) var violations = 0
    private let begin = ContinuousClock.now

    /// A run ends after so many.
    static let maximumViolations = 20

    init(options: FuzzOptions) { self.options = options }

    mutating func count(_ outcome: FuzzOutcome, of number: UInt64) {
        inputs += 1
        parsed += outcome.parses ? 1 : 0
        compiled += outcome.compiles ? 1 : 0
        evaluations += outcome.evaluations
        errors += outcome.errors
        limits += outcome.limits
        if outcome.slowestNanoseconds > slowest.nanoseconds { slowest = (outcome.slowestNanoseconds, number) }
        violations += outcome.violation == nil ? 0 : 1
    }

    func printProgress() {
        let line = "\(inputs) inputs, \(percent(parsed)) parse, \(violations) violations, \(ContinuousClock.now - begin)\n"
        FileHandle.standardError.write(Data(line.utf8))
    }

    var description: String {
        """
        inputs       \(inputs) (seed \(options.seed), from \(options.from))
        parse        \(parsed) (\(percent(parsed)))
        compile      \(compiled) (\(percent(compiled)))
        evaluations  \(evaluations), of which \(errors) ended with an error, \(limits) of these at a named limit
        slowest      \(slowest.nanoseconds / 1000) us of processor time (input \(slowest.input))
        memory       \(Self.peakMegabytes()) MB at most
        violations   \(violations)
        """
    }

    private func percent(_ part: UInt64) -> String { String(format: "%.1f%%", 100 * Double(part) / Double(max(1, inputs))) }

    private static func peakMegabytes() -> Int {
        var usage = rusage()
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        return usage.ru_maxrss / 1024
    }
}
