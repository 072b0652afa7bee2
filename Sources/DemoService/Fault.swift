import ArgumentParser
import Foundation

/// What can be made to go wrong with an instance.
enum Fault: String, Sendable, CaseIterable, ExpressibleByArgument {
    case none, errors, latency, logs, gc, memory
}

/// A fault and when it begins.
struct FaultSchedule: Sendable, Hashable {
    static let healthy = FaultSchedule(fault: .none, begins: .distantPast)
    static let defaultErrorsAfterSeconds = 12.0

    var fault: Fault
    var begins: Date
    /// Fault `logs` only: how long exceptions are logged before requests begin to fail, so that the logs speak first.
    var errorsAfterSeconds = defaultErrorsAfterSeconds

    /// The fault that is in force at `now`.
    func active(at now: Date) -> Fault { now >= begins ? fault : .none }

    /// The share of requests that fail at `now`.
    func errorRate(at now: Date) -> Double {
        switch active(at: now) {
        case .errors: 0.08
        case .logs: now.timeIntervalSince(begins) >= errorsAfterSeconds ? 0.06 : 0
        case .none, .latency, .gc, .memory: 0
        }
    }
}
