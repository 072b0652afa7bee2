import Hashing
import Logging
import ReleaseModel
import ReleaseStore
import TransparencyLog

/// Puts heads of the log to every anchor, each at its own pace, and only heads that continue the last one that was put there.
actor Anchoring {
    private let store: ReleaseStore
    private let anchors: [any CheckpointAnchor]
    private let interval: TimeSpan
    private let logger: Logger
    private var last: [String: (head: LogCheckpoint, at: ContinuousClock.Instant)] = [:]

    init(store: ReleaseStore, anchors: [any CheckpointAnchor], interval: TimeSpan, logger: Logger) {
        self.store = store
        self.anchors = anchors
        self.interval = interval
        self.logger = logger
    }

    /// - Parameter isLast: true at the end, when there is no later time.
    func anchor(isLast: Bool = false) async throws {
        guard !anchors.isEmpty, let checkpoint = try await store.logHead().checkpoint, let note = SignedNote(checkpoint),
            let head = LogCheckpoint(text: note.text)
        else { return }
        for anchor in anchors {
            if let last = last[anchor.place] {
                if last.head == head { continue }
                if !isLast, last.at + interval.duration > .now { continue }
            }
            await put(head, note: checkpoint, to: anchor)
        }
    }

    private func put(_ head: LogCheckpoint, note: String, to anchor: any CheckpointAnchor) async {
        do {
            if let before = last[anchor.place]?.head { try await requireContinuation(of: before, by: head) }
            try await anchor.put(note, size: head.size)
            last[anchor.place] = (head, .now)
            try await store.recordAnchor(place: anchor.place, size: head.size, problem: nil)
        } catch {
            logger.error("a head of the history was not anchored", metadata: ["place": "\(anchor.place)", "reason": "\(error)"])
            try? await store.recordAnchor(place: anchor.place, size: head.size, problem: String("\(error)".prefix(500)))
        }
    }

    private func requireContinuation(of before: LogCheckpoint, by head: LogCheckpoint) async throws {
        var isContinued = before.origin == head.origin && before.size <= head.size
        if isContinued {
            isContinued = try await store.consistencyProof(from: before.size, to: head.size).holds(
                oldRoot: before.root, newRoot: head.root)
        }
        guard isContinued else {
            throw ReleaseError(
                .conflict, "the log of \(head.size) entries does not continue the one of \(before.size) that was anchored",
                place: "history",
                advice: "somebody has changed the history: `tidegate audit verify` with the anchored heads says where")
        }
    }
}
