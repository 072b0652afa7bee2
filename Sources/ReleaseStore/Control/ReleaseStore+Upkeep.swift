import Logging
import PostgresClient
public import ReleaseModel

extension ReleaseStore {
    /// Makes the partitions that evidence of this and the coming months lands in. Cheap when they are there.
    ///
    /// - Returns: how many were made.
    @discardableResult
    public func ensureEvidencePartitions(monthsAhead: Int = 2) async throws -> Int {
        let row = try await row(.ensureEvidencePartitions, [.int(monthsAhead)])
        return try reading { try row["made"].int() }
    }

    /// Forgets polls and log counts from before a time. Decisions, evidence and history stay.
    ///
    /// - Returns: how many rows went.
    @discardableResult
    public func prune(pollsBefore: Timestamp, logCountsBefore: Timestamp) async throws -> Int64 {
        let row = try await row(
            .prune, [.timestamp(microseconds: pollsBefore.microseconds), .timestamp(microseconds: logCountsBefore.microseconds)]
        )
        return try reading { try row["removed"].int64() }
    }

    /// Tells what a controller knows of its clock; the history's entries say it.
    ///
    /// - Parameter offsetMicroseconds: the controller's clock minus the database's.
    public func reportClock(
        controller: String, offsetMicroseconds: Int64, isSynchronized: Bool?, maximumErrorMicroseconds: Int64?
    ) async throws {
        _ = try await rows(
            .reportClock,
            [.text(controller), .int(offsetMicroseconds), .bool(isSynchronized), .int(maximumErrorMicroseconds)],
            place: "controller \(controller)")
    }

    /// Writes an entry about calls that showed no valid token, as one summary for all of a while.
    public func recordRefusedCalls(_ summary: JSONValue) async throws {
        _ = try await rows(.recordRefusedCalls, [.json(summary.withoutNUL.canonicalText)], place: "history")
    }

    /// The channel on which the database tells of a new release, a command, a commit or an outcome; the payload is the release's name.
    public static let channel = "tidegate_release"
    /// How many wake-ups may wait for a slow reader; then it is told to look at everything.
    static let waitingWakeUps = 1024
    static let listenBackOff = Duration.seconds(1)

    /// The names of releases that something happened to. An empty name means: look at everything (at the beginning, after a reconnection,
    /// or when the reader fell behind). It ends when the reader's task is cancelled or the client is closed.
    public func wakeUps() -> AsyncStream<ReleaseID> {
        let client = client
        let logger = logger
        return AsyncStream(bufferingPolicy: .bufferingNewest(Self.waitingWakeUps)) { continuation in
            let task = Task {
                while !Task.isCancelled {
                    do {
                        let notifications = try await client.notifications(on: [Self.channel])
                        continuation.wake("")
                        for await event in notifications {
                            if case .notification(_, let payload) = event { continuation.wake(payload) } else { continuation.wake("") }
                        }
                        break
                    } catch let error as PostgresError where error.code == .closed {
                        break
                    } catch is CancellationError {
                        break
                    } catch {
                        logger.warning("cannot listen to the database, trying again", metadata: ["error": "\(error)"])
                        do { try await Task.sleep(for: Self.listenBackOff) } catch { break }
                    }
                }
                continuation.finish()
            }
            continuation.onTermination = { _ in task.cancel() }
        }
    }
}

extension AsyncStream<ReleaseID>.Continuation {
    /// Hands a name on; a reader that fell behind is told to look at everything instead.
    fileprivate func wake(_ release: ReleaseID) {
        if case .dropped = yield(release) { yield("") }
    }
}
