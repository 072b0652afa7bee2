import Foundation
import LogMining
import ReleaseModel

/// SplitMix64: the same seed gives the same run.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    /// The seed is spread first: seeds that lie one increment apart would give one sequence, shifted by one.
    init(seed: UInt64) {
        state = seed &* 0xd134_2543_de82_ef95
        state = next()
    }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed &>> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed &>> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed &>> 31)
    }

    /// A Poisson number (Knuth; by halves where the mean is large).
    mutating func poisson(_ mean: Double) -> Int {
        if mean > 30 { return poisson(mean / 2) + poisson(mean / 2) }
        let bound = exp(-mean)
        var count = 0
        var product = Double.random(in: 0..<1, using: &self)
        while product > bound {
            count += 1
            product *= Double.random(in: 0..<1, using: &self)
        }
        return count
    }
}

/// A service of two revisions that logs: harmless lines with every request, and troubles at rates per request.
struct SimulatedLogs {
    struct Trouble {
        var template: String
        var severity: LogSeverity
        var exceptionClass: String?
        var perRequest: Double
    }

    static let start = Timestamp(rfc3339: "2026-11-21T02:00:00Z")!
    static let background = [
        Trouble(template: "a1", severity: .warn, exceptionClass: nil, perRequest: 0.02),
        Trouble(template: "a2", severity: .warn, exceptionClass: nil, perRequest: 0.004),
        Trouble(template: "a3", severity: .error, exceptionClass: nil, perRequest: 0.001),
        Trouble(template: "a4", severity: .error, exceptionClass: "java.io.IOException", perRequest: 0.0003),
        Trouble(template: "a5", severity: .error, exceptionClass: nil, perRequest: 0.00003),
    ]

    var generator: SeededGenerator
    var requestsPerSecond = 100.0
    var canaryShare = 0.1
    /// Events a second that the canary's exceptions come at, from `exceptionsFrom` seconds on.
    var exceptionsPerSecond = 0.0
    var exceptionsFrom = Double.infinity

    /// The ten-second window that begins `second` seconds after the start, as it is handed out once it has ended.
    mutating func window(second: Double) -> (counts: [LogCount], canaryRequests: Double, stableRequests: Double) {
        let canary = Int(requestsPerSecond * 10 * canaryShare)
        let stable = Int(requestsPerSecond * 10) - canary
        var counts: [LogCount] = []
        let begin = Self.start + .seconds(second)
        func add(_ arm: String, _ template: String, _ severity: LogSeverity, _ exception: String?, _ count: Int) {
            guard count > 0 else { return }
            counts.append(
                LogCount(
                    arm: arm, instance: "\(arm)-1", template: template, text: template, severity: severity, exceptionClass: exception,
                    count: count, windowStart: begin))
        }
        for (arm, requests) in [(Arm.canary, canary), (Arm.stable, stable)] {
            add(arm, "request", .info, nil, requests)
            for trouble in Self.background {
                add(
                    arm, trouble.template, trouble.severity, trouble.exceptionClass,
                    generator.poisson(trouble.perRequest * Double(requests)))
            }
        }
        let faulty = max(0, second + 10 - max(second, exceptionsFrom))
        if faulty > 0 {
            add(Arm.canary, "npe", .error, "java.lang.NullPointerException", generator.poisson(exceptionsPerSecond * faulty * 0.6))
            add(
                Arm.canary, "timeout", .error, "java.util.concurrent.TimeoutException",
                generator.poisson(exceptionsPerSecond * faulty * 0.4))
        }
        return (counts, Double(canary), Double(stable))
    }
}
