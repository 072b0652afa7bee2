internal import Synchronization

/// A count that any thread may raise; it only grows.
final class AtomicCounter: Sendable {
    private let count = Atomic<Int>(0)

    var value: Int { count.load(ordering: .relaxed) }

    func increment(by amount: Int = 1) { count.wrappingAdd(amount, ordering: .relaxed) }
}
