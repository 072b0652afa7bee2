import Foundation

/// What one request will experience, drawn before it is served.
struct RequestPlan: Sendable, Equatable {
    var serviceSeconds: Double
    var fails: Bool
    var lines: [LogLine]
}

/// How the service behaves: service times, failures and what it logs, healthy or at fault. Pure but for its generator.
///
/// Both revisions log the same rare warnings and errors at the same rate, so that a comparison has something innocent to look at.
struct CheckoutBehaviour: Sendable {
    static let slowShare = 0.4
    static let exceptionsPerSecond = 8.0
    static let downstreamShare = 0.1

    private var generator: SeededGenerator

    init(seed: UInt64, instance: String) { generator = SeededGenerator(seed: seed, instance: instance) }

    /// What happens to a request for `path` that arrives at `now`.
    mutating func plan(method: String, path: String, schedule: FaultSchedule, now: Date) -> RequestPlan {
        var seconds = Double.random(in: 0.005...0.02, using: &generator)
        if schedule.active(at: now) == .latency, generator.chance(Self.slowShare) {
            seconds = Double.random(in: 0.6...0.9, using: &generator)
        }
        let fails = generator.chance(schedule.errorRate(at: now))
        let status = fails ? 500 : 200
        var lines = [
            LogLine(
                severity: .info, logger: "com.example.checkout.AccessLog",
                message: "\(method) \(path.prefix(200)) answered \(status) in \(Int(seconds * 1000)) ms")
        ]
        lines += background()
        return RequestPlan(serviceSeconds: seconds, fails: fails, lines: lines)
    }

    mutating func asksDownstream() -> Bool { generator.chance(Self.downstreamShare) }

    /// The lines that a healthy service writes beside the access line.
    private mutating func background() -> [LogLine] {
        var lines: [LogLine] = []
        let user = Int.random(in: 1000...9999, using: &generator)
        let order = Int.random(in: 100_000...999_999, using: &generator)
        if generator.chance(0.2) {
            lines.append(
                LogLine(
                    severity: .info, logger: "com.example.checkout.OrderService",
                    message: "order \(order) placed by user \(user): \(order % 7 + 1) items, \(order % 300).\(order % 90 + 10) EUR"))
        }
        if generator.chance(0.05) {
            lines.append(
                LogLine(
                    severity: .info, logger: "com.example.checkout.SessionService",
                    message:
                        "session \(String(generator.next(), radix: 16)) started for user \(user) from 10.1.\(user % 250).\(order % 250)"))
        }
        if generator.chance(0.01) {
            lines.append(
                LogLine(severity: .warn, logger: "com.example.checkout.CartCache", message: "cart cache miss for user \(user)"))
        }
        if generator.chance(0.003) {
            lines.append(
                LogLine(
                    severity: .warn, logger: "com.example.checkout.PaymentGateway",
                    message: "payment gateway slow: \(order % 400 + 100) ms for order \(order)"))
        }
        if generator.chance(0.001) {
            lines.append(
                LogLine(
                    severity: .error, logger: "com.example.checkout.ReceiptMailer",
                    message: "receipt for order \(order) not sent to user\(user)@example.com: mailbox unavailable"))
        }
        return lines
    }

    /// The exceptions of one tick of `seconds` under the fault `logs`: a Poisson number, as independent causes have.
    mutating func exceptions(during seconds: Double) -> [LogLine] {
        var lines: [LogLine] = []
        var elapsed = -log(1 - Double.random(in: 0..<1, using: &generator)) / Self.exceptionsPerSecond
        while elapsed < seconds, lines.count < 100 {
            lines.append(JavaException.line(using: &generator))
            elapsed += -log(1 - Double.random(in: 0..<1, using: &generator)) / Self.exceptionsPerSecond
        }
        return lines
    }

    /// How long the next garbage collection stops the world, and how long after its start the one after it begins.
    mutating func collection(schedule: FaultSchedule, now: Date) -> (pauseSeconds: Double, periodSeconds: Double) {
        if schedule.active(at: now) == .gc {
            return (Double.random(in: 0.25...0.38, using: &generator), Double.random(in: 0.9...1.1, using: &generator))
        }
        return (Double.random(in: 0.004...0.02, using: &generator), Double.random(in: 0.8...1.2, using: &generator))
    }
}
