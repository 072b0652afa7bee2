internal import LogMining
internal import PluginKit
internal import ReleaseModel

/// What travels from one poll to the next: the comparison over the whole release, and the one since the mark while the tree observes.
struct SignalsState: Codable {
    static let currentVersion = 1

    var version = currentVersion
    /// The settings that shape the wealth; a release whose policy changes them starts its evidence anew.
    var alternatives: [Double]
    var release: LogComparison
    var mark: Timestamp?
    var sinceMark: LogComparison?
    /// Nil where the policy has no sequences, or their events were never collected.
    var sequences: SequenceTracking?
    var sequencesSinceMark: SequenceTracking?

    /// - Throws: where the state is not one of this version.
    init(coded: JSONValue?, settings: LogComparisonSettings) throws {
        if let coded, !coded.isNull {
            guard let version = coded["version"]?.number, version == Double(Self.currentVersion) else {
                throw PluginFailure(
                    code: ReleaseError.Code.versionMismatch.rawValue,
                    reason: "the stored state of LogSignals is not of version \(Self.currentVersion); a newer plugin wrote it")
            }
            self = try coded.decoded()
            if alternatives == settings.alternatives { return }
        }
        alternatives = settings.alternatives
        release = LogComparison(settings: settings)
        mark = nil
        sinceMark = nil
        sequences = nil
        sequencesSinceMark = nil
    }

    /// Takes one poll in, in both comparisons; a new mark begins the second one anew.
    ///
    /// - Parameter steps: the events of the policy's sequences; nil where they were not collected.
    mutating func observe(_ steps: [LogStep]?, rules: [SequenceRule], mark: Timestamp?, windowEnd: Timestamp) {
        guard let steps, !rules.isEmpty else {
            sequences = nil
            sequencesSinceMark = nil
            return
        }
        var tracking = sequences ?? SequenceTracking()
        tracking.observe(steps, rules: rules, windowEnd: windowEnd)
        sequences = tracking
        guard let mark else {
            sequencesSinceMark = nil
            return
        }
        var recent = self.mark == mark ? sequencesSinceMark ?? SequenceTracking() : SequenceTracking()
        recent.observe(steps.filter { $0.at > mark }, rules: rules, windowEnd: windowEnd)
        sequencesSinceMark = recent
    }

    mutating func observe(_ poll: LogPoll, mark: Timestamp?, settings: LogComparisonSettings) {
        let before = release
        release.observe(poll, settings: settings)
        guard let mark else {
            self.mark = nil
            sinceMark = nil
            return
        }
        if self.mark != mark || sinceMark == nil {
            self.mark = mark
            sinceMark = LogComparison(settings: settings)
        }
        guard poll.windowEnd > mark else { return }
        var recent = poll
        recent.counts = poll.counts.filter { $0.windowStart + LogCounter.window > mark }
        sinceMark?.observe(recent, settings: settings, baseline: before)
    }
}
