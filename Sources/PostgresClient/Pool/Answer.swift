import Synchronization

/// Something one task waits for and that comes once: from whoever has it, by the deadline, or by cancellation. The first wins.
final class Answer<Value: Sendable>: Sendable {
    private enum State {
        case empty
        case awaited(CheckedContinuation<Value, any Error>)
        case given(Result<Value, any Error>)
        case taken
    }

    private let state = Mutex<State>(.empty)

    /// False when there is an answer already: the caller keeps what it wanted to hand over.
    @discardableResult
    func give(_ result: Result<Value, any Error>) -> Bool {
        let (accepted, continuation) = state.withLock { state -> (Bool, CheckedContinuation<Value, any Error>?) in
            switch state {
            case .empty:
                state = .given(result)
                return (true, nil)
            case .awaited(let continuation):
                state = .taken
                return (true, continuation)
            case .given, .taken: return (false, nil)
            }
        }
        continuation?.resume(with: result)
        return accepted
    }

    /// Waits, once per answer. Throws what was given, `error` at the deadline, CancellationError when the task is cancelled.
    func value(before deadline: ContinuousClock.Instant, otherwise error: PostgresError) async throws -> Value {
        let timer = Task { [self] in
            try await Task.sleep(until: deadline, clock: .continuous)
            give(.failure(error))
        }
        defer { timer.cancel() }
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let given = state.withLock { state -> Result<Value, any Error>? in
                    guard case .given(let result) = state else {
                        state = .awaited(continuation)
                        return nil
                    }
                    state = .taken
                    return result
                }
                if let given { continuation.resume(with: given) }
            }
        } onCancel: {
            give(.failure(CancellationError()))
        }
    }
}
