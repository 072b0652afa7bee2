/// What the service met besides decisions.
final class EdgeCounters: Sendable {
    let connections = AtomicCounter()
    let connectionsClosed = AtomicCounter()
    /// Connections beyond the limit.
    let connectionsRefused = AtomicCounter()
    let unknownService = AtomicCounter()
    let badRequest = AtomicCounter()
    /// Connections that were closed because a head, or the taking of an answer, took too long.
    let timedOut = AtomicCounter()
    private let faults = RequestFault.allCases.map { _ in AtomicCounter() }

    func note(_ fault: RequestFault) { counter(of: fault).increment() }

    func counter(of fault: RequestFault) -> AtomicCounter { faults[RequestFault.allCases.firstIndex(of: fault)!] }  // every case has one
}
