import Dispatch

/// A thread apart for reading pushed bodies: megabytes of JSON keep none of the threads busy on which controller and API run.
final class IntakeQueue: Sendable {
    private let queue = DispatchQueue(label: "tidegate.intake", qos: .utility)

    func run<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            queue.async { continuation.resume(with: Result { try body() }) }
        }
    }
}
