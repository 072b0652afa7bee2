import ReleaseModel

/// How far a caller has heard of a release: the last decision and the last judged window. Written `d17.w1795226400000000`.
struct EventCursor: Sendable, Hashable {
    static let start = EventCursor(decision: 0, window: Timestamp(microseconds: 0))

    var decision: Int64
    var window: Timestamp

    init(decision: Int64, window: Timestamp) {
        self.decision = decision
        self.window = window
    }

    /// - Throws: `invalidInput` for a text that this server did not give out.
    init(_ text: String) throws(ReleaseError) {
        let parts = text.split(separator: ".")
        guard parts.count == 2, parts[0].first == "d", parts[1].first == "w", let decision = Int64(parts[0].dropFirst()),
            let window = Int64(parts[1].dropFirst()), decision >= 0, window >= 0
        else {
            throw ReleaseError(
                .invalidInput, "'\(text)' is not a place in the events", place: "query parameter 'after'",
                advice: "hand back `next` of the answer before, or leave it out")
        }
        self.init(decision: decision, window: Timestamp(microseconds: window))
    }

    var text: String { "d\(decision).w\(window.microseconds)" }
}
