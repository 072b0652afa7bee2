public import ReleaseModel

/// The rolling state of a release's sequences: what each key has under way, and when each sequence was last complete. A value, bounded,
/// and a pure function of the steps that it was given.
public struct SequenceTracking: Sendable, Hashable, Codable {
    /// Times that are kept over all keys of all sequences (a key keeps one for each event of its pattern).
    public static let maximumTimes = 8000

    /// One sequence on one arm.
    struct Track: Sendable, Hashable, Codable {
        var identity: String
        var arm: String
        var keys: [String: SequenceProgress] = [:]
        var matches = 0
        var lastMatch: Timestamp?
        var lastKey: String?
        /// Events were left out, or keys given up, at this time; a sequence may have been missed until it lies longer back than `within`.
        var incompleteAt: Timestamp?
    }

    private(set) var tracks: [Track] = []

    public init() {}

    /// Takes the steps of one poll in.
    public mutating func observe(_ steps: [LogStep], rules: [SequenceRule], windowEnd: Timestamp) {
        prepare(rules)
        let sorted = steps.enumerated().sorted { ($0.element.at, $0.offset) < ($1.element.at, $1.offset) }.map(\.element)
        for step in sorted {
            for index in tracks.indices where tracks[index].arm == step.arm {
                // A mark without a sequence stands for all of them.
                guard tracks[index].identity == step.sequence || (step.steps == 0 && step.sequence.isEmpty) else { continue }
                guard let rule = rules.first(where: { $0.identity == tracks[index].identity }) else { continue }
                tracks[index].take(step, rule)
            }
        }
        for index in tracks.indices {
            guard let rule = rules.first(where: { $0.identity == tracks[index].identity }) else { continue }
            tracks[index].forget(before: windowEnd - rule.within)
        }
        keepWithinBounds(at: windowEnd)
    }

    private mutating func prepare(_ rules: [SequenceRule]) {
        let wanted = Set(rules.map(\.identity))
        tracks.removeAll { !wanted.contains($0.identity) }
        for rule in rules {
            for arm in [Arm.canary, Arm.stable] where !tracks.contains(where: { $0.identity == rule.identity && $0.arm == arm }) {
                tracks.append(Track(identity: rule.identity, arm: arm))
            }
        }
    }

    /// Gives up the keys that began longest ago, of the sequences that hold most, until there is room.
    private mutating func keepWithinBounds(at time: Timestamp) {
        var total = tracks.reduce(0) { $0 + $1.times }
        while total > Self.maximumTimes, let index = tracks.indices.max(by: { tracks[$0].times < tracks[$1].times }) {
            total -= tracks[index].giveUpHalf(at: time)
        }
    }

    /// How a sequence stands on one arm.
    public func standing(of rule: SequenceRule, arm: String, at now: Timestamp) -> SequenceStanding {
        guard let track = tracks.first(where: { $0.identity == rule.identity && $0.arm == arm }) else { return SequenceStanding() }
        var standing = SequenceStanding()
        standing.matches = track.matches
        standing.lastMatch = track.lastMatch
        standing.lastKey = track.lastKey
        standing.isComplete = track.lastMatch.map { now - $0 <= rule.holds } ?? false
        standing.isUncertain = track.incompleteAt.map { now - $0 <= rule.within } ?? false
        standing.keys = track.keys.count
        return standing
    }
}

/// What a sequence has come to on one arm.
public struct SequenceStanding: Sendable, Hashable {
    public var matches = 0
    public var lastMatch: Timestamp?
    /// Digest of the value that the events of the last match shared.
    public var lastKey: String?
    /// Completed no longer ago than the rule holds.
    public var isComplete = false
    /// Events were left out, so that it may have been completed unseen.
    public var isUncertain = false
    /// Keys under way.
    public var keys = 0

    public init() {}
}

extension SequenceTracking.Track {
    var times: Int { keys.values.first.map { keys.count * $0.began.count } ?? 0 }

    mutating func take(_ step: LogStep, _ rule: SequenceRule) {
        guard step.steps != 0 else {
            incompleteAt = max(step.at, incompleteAt ?? step.at)
            return
        }
        let events = rule.pattern.events
        var progress = keys[step.key] ?? SequenceProgress(events: events.count)
        if progress.advance(steps: step.steps, events: events, at: step.at, within: rule.within) {
            matches += 1
            lastMatch = max(step.at, lastMatch ?? step.at)
            lastKey = step.key
        }
        keys[step.key] = progress.latest == nil ? nil : progress
    }

    mutating func forget(before start: Timestamp) {
        for key in keys.keys.sorted() {
            keys[key]?.forget(before: start.microseconds)
            if keys[key]?.latest == nil { keys[key] = nil }
        }
    }

    /// - Returns: how many times were given up.
    mutating func giveUpHalf(at time: Timestamp) -> Int {
        let before = times
        let oldest = keys.sorted { ($0.value.latest ?? 0, $0.key) < ($1.value.latest ?? 0, $1.key) }.prefix((keys.count + 1) / 2)
        for (key, _) in oldest { keys[key] = nil }
        incompleteAt = time
        return before - times
    }
}
