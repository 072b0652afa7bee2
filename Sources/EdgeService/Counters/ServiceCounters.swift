internal import Synchronization

/// What was decided for one service since the start, over all its plans.
final class ServiceCounters: Sendable {
    /// Arms with their revisions that are counted one by one; the oldest of more are forgotten.
    static let maximumArms = 64
    /// Hops that are counted one by one; the last stands for all beyond.
    static let maximumHops = 16

    struct Arm: Sendable, Hashable {
        var name: String
        var revision: String
    }

    let failures = AtomicCounter()
    let plansTaken = AtomicCounter()
    let plansRefused = AtomicCounter()
    /// Requests that came with colours which were believed, by the hop that sent them.
    let believedByHop = (0..<maximumHops).map { _ in AtomicCounter() }
    /// Requests that went on with colours.
    let colored = AtomicCounter()
    private let arms = Mutex<[(arm: Arm, count: AtomicCounter)]>([])
    private let refused = Mutex<[(reason: String, count: AtomicCounter)]>([])

    var decisions: [(arm: Arm, count: Int)] { arms.withLock { $0.map { ($0.arm, $0.count.value) } } }

    var refusedColors: [(reason: String, count: Int)] { refused.withLock { $0.map { ($0.reason, $0.count.value) } } }

    /// The counter of an arm; the same one as long as the arm has that revision.
    func counter(of arm: Arm) -> AtomicCounter {
        arms.withLock { arms in
            if let known = arms.first(where: { $0.arm == arm }) { return known.count }
            let count = AtomicCounter()
            arms.append((arm, count))
            arms.removeFirst(max(0, arms.count - Self.maximumArms))
            return count
        }
    }

    func noteBelieved(hops: Int) { believedByHop[min(max(hops, 0), Self.maximumHops - 1)].increment() }

    /// - Parameter reason: one of a fixed set, never a text of the request.
    func noteRefusedColors(_ reason: String) {
        refused.withLock { refused in
            if let index = refused.firstIndex(where: { $0.reason == reason }) {
                refused[index].count.increment()
            } else {
                let count = AtomicCounter()
                count.increment()
                refused.append((reason, count))
            }
        }
    }
}
