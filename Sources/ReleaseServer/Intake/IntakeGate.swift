import Synchronization

/// Bounds how many pushes are read at one time, so that their bodies never fill the memory.
final class IntakeGate: Sendable {
    private let limit: Int
    private let inside = Atomic<Int>(0)

    init(limit: Int) { self.limit = limit }

    /// Runs `body` when there is room; nil when there is none.
    func enter<Value>(_ body: () async throws -> Value) async rethrows -> Value? {
        defer { inside.wrappingSubtract(1, ordering: .acquiringAndReleasing) }
        guard inside.wrappingAdd(1, ordering: .acquiringAndReleasing).newValue <= limit else { return nil }
        return try await body()
    }
}
