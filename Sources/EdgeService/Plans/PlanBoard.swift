internal import PluginKit
internal import Synchronization

/// The plans in force, by service. Written by the loader, read by every connection.
///
/// A connection keeps the set that it saw last and compares `version`, so that a decision takes no lock.
final class PlanBoard: Sendable {
    private struct Board: Sendable {
        var plans: [String: LoadedPlan] = [:]
        /// Why the newest file of a service is not in force.
        var problems: [String: String] = [:]
        /// Kept when a plan is replaced or goes away, so that counts never fall.
        var counters: [String: ServiceCounters] = [:]
    }

    private let board = Mutex(Board())
    private let changes = Atomic<Int>(0)

    /// Grows with every change of the plans.
    var version: Int { changes.load(ordering: .acquiring) }

    var plans: [String: LoadedPlan] { board.withLock { $0.plans } }
    var problems: [String: String] { board.withLock { $0.problems } }
    var counters: [String: ServiceCounters] { board.withLock { $0.counters } }

    func counters(of service: String) -> ServiceCounters {
        board.withLock { board in
            if let known = board.counters[service] { return known }
            let counters = ServiceCounters()
            board.counters[service] = counters
            return counters
        }
    }

    /// Puts a plan into force.
    func take(_ plan: LoadedPlan) {
        board.withLock { board in
            board.plans[plan.plan.service] = plan
            board.problems[plan.plan.service] = nil
        }
        changes.wrappingAdd(1, ordering: .releasing)
    }

    /// Notes why a service's newest file is not in force; what was in force stays.
    func note(_ problem: String, of service: String) { board.withLock { $0.problems[service] = problem } }

    /// Takes a service away whose file is gone.
    func remove(_ service: String) {
        board.withLock { board in
            board.plans[service] = nil
            board.problems[service] = nil
        }
        changes.wrappingAdd(1, ordering: .releasing)
    }
}
