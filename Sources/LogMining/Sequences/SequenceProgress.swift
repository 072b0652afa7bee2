internal import ReleaseModel

/// How far the events of one key have come in a pattern: for each number of matched events the latest time at which a match of so many
/// can have begun. Exact, and as long as the pattern, however many events there are.
struct SequenceProgress: Sendable, Hashable {
    /// Place n: the latest beginning of the first n + 1 events, in microseconds; nil where they have not come in time.
    private(set) var began: [Int64?]

    init(events: Int) { began = Array(repeating: nil, count: events) }

    /// Takes one event in; true when it completes the pattern. Then the next match begins anew.
    mutating func advance(steps: Int, events: [Int], at time: Timestamp, within: TimeSpan) -> Bool {
        // From the end, so that one event counts once.
        for place in events.indices.reversed() where steps & 1 << events[place] != 0 {
            guard let start = place == 0 ? time.microseconds : began[place - 1], time.microseconds - start <= within.microseconds else {
                continue
            }
            began[place] = max(began[place] ?? start, start)
        }
        guard began.last.flatMap(\.self) != nil else { return false }
        began = Array(repeating: nil, count: began.count)
        return true
    }

    /// When the last of what is under way began; nil where nothing is.
    var latest: Int64? { began.compactMap(\.self).max() }

    /// Forgets what can no longer be completed in time.
    mutating func forget(before start: Int64) {
        for place in began.indices { if let time = began[place], time < start { began[place] = nil } }
    }
}

/// Coded as the list of times alone, 0 for none: there may be thousands.
extension SequenceProgress: Codable {
    init(from decoder: any Decoder) throws {
        began = try decoder.singleValueContainer().decode([Int64].self).map { $0 == 0 ? nil : $0 }
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(began.map { $0 ?? 0 })
    }
}
