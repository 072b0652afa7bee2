import LogMining
import ReleaseModel

/// A service of two revisions whose instances log: lines with every request, troubles at rates per request, and, where something is
/// wrong, exceptions of the canary with their stack traces.
struct SimulatedService {
    struct Trouble {
        var text: String
        var severity: LogSeverity
        var perRequest: Double
    }

    static let start = Timestamp(microseconds: 1_795_000_000_000_000)
    static let name = "checkout"
    static let troubles = [
        Trouble(text: "cache miss for item %", severity: .warn, perRequest: 0.02),
        Trouble(text: "slow query: % ms", severity: .warn, perRequest: 0.004),
        Trouble(text: "payment gateway refused order %", severity: .error, perRequest: 0.001),
        Trouble(
            text: "java.io.IOException: connection % reset\n\tat net.Socket.read(Socket.java:81)", severity: .error, perRequest: 0.0003),
        Trouble(text: "could not price basket %", severity: .error, perRequest: 0.00003),
    ]

    var requestsPerSecond: Double
    var canaryShare: Double
    /// The rates of all troubles go up and down together, on both arms, by up to this factor.
    var drift = 1.0
    /// Exceptions of the canary a second, from `faultAt` seconds on.
    var exceptionsPerSecond = 0.0
    var faultAt = Double.infinity

    /// What one second brings: records by the second of their time, and the requests of both arms.
    mutating func second(_ second: Int, _ random: inout RandomNumbers) -> (records: [LogRecord], canary: Double, stable: Double) {
        let factor = drift == 1 ? 1 : 1 + (drift - 1) * Double(second / 300 % 2)
        var records: [LogRecord] = []
        var requests: [Double] = []
        for (arm, share) in [(Arm.canary, canaryShare), (Arm.stable, 1 - canaryShare)] {
            let count = random.poisson(requestsPerSecond * share)
            requests.append(Double(count))
            // One harmless line stands for all of them: what is told of requests is counted, not logged.
            if count > 0 { add("request \(random.next() % 100_000) served", .info, arm, second, &random, &records) }
            for trouble in Self.troubles {
                for _ in 0..<random.poisson(trouble.perRequest * factor * Double(count)) {
                    let number = "\(random.next() % 1_000_000)"
                    add(trouble.text.replacing("%", with: number), trouble.severity, arm, second, &random, &records)
                }
            }
        }
        let faulty = min(1, max(0, Double(second + 1) - faultAt))
        for _ in 0..<random.poisson(exceptionsPerSecond * faulty) {
            let order = random.next() % 1_000_000
            let text =
                random.unit() < 0.6
                ? "Order \(order) failed\njava.lang.NullPointerException: basket \(order) is null\n\tat shop.Basket.total(Basket.java:42)"
                : "java.util.concurrent.TimeoutException: no answer for order \(order) in 3000 ms\n\tat shop.Gateway.ask(Gateway.java:97)"
            add(text, .error, Arm.canary, second, &random, &records)
        }
        return (records, requests[0], requests[1])
    }

    private func add(
        _ line: String, _ severity: LogSeverity, _ arm: String, _ second: Int, _ random: inout RandomNumbers, _ records: inout [LogRecord]
    ) {
        let instance = "\(arm)-\(random.next() % 3)"
        records.append(
            LogRecord(
                source: LogSource(service: Self.name, revision: arm, instance: instance),
                time: Self.start + .seconds(Double(second) + random.unit() * 0.99), severity: severity, line: line))
    }
}
