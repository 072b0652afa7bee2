import ArgumentParser

/// What the new revision does to its users.
enum DemoScenario: String, ExpressibleByArgument, CaseIterable, Sendable {
    /// Nothing: it is promoted.
    case healthy
    /// 8% of its answers are errors.
    case errors
    /// 40% of its answers take 600 to 900 ms.
    case latency
    /// Exceptions in the logs, then errors.
    case logs
    /// Garbage collection pauses of 250 to 380 ms.
    case gc
    /// A leak of 80 MB a minute.
    case memory

    /// The fault that the canary instance is told to have; nil for none.
    var fault: String? { self == .healthy ? nil : rawValue }

    /// How the demo must end when everything works.
    var expectedEnd: String { self == .healthy ? "promoted" : "rolledBack" }
}
