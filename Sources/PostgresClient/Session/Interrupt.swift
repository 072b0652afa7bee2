import Synchronization

/// The wish to end one wait early: raised from any thread, noticed by the connection's thread.
final class Interrupt: Sendable {
    private let raised = Atomic<Bool>(false)
    private let wakeup: Wakeup

    init(_ wakeup: Wakeup) { self.wakeup = wakeup }

    var isRaised: Bool { raised.load(ordering: .acquiring) }

    func raise() {
        raised.store(true, ordering: .releasing)
        wakeup.wake()
    }
}
