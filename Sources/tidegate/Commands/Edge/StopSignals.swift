import Dispatch
import Foundation

/// Waits for a signal that asks a process to stop: SIGTERM, SIGINT or SIGHUP.
struct StopSignals {
    private let stream: AsyncStream<Void>
    private let sources: [any DispatchSourceSignal]

    /// From now on these signals do not end the process by themselves.
    init() {
        let (stream, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingOldest(1))
        self.stream = stream
        sources = [SIGTERM, SIGINT, SIGHUP].map { number in
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler { continuation.yield() }
            source.resume()
            return source
        }
    }

    /// Returns at the first of them, also one that came before, or when the task is cancelled.
    func wait() async {
        for await _ in stream { break }
        for source in sources { source.cancel() }
    }
}
