public import ReleaseModel

/// How a script ended.
public struct ScriptOutcome: Sendable, Codable {
    public var script: String
    /// What did not hold, in the order of the script's lines.
    public var failures: [ScriptFailure]
    /// Everything that could be seen, in the order of time.
    public var history: [ScriptMoment]
    /// Every decision with its evidence; not coded.
    public var recorded: [RecordedDecision] = []

    /// What a database would have kept of each release; not coded.
    public var recordings: [ReleaseRecording] = []

    private enum CodingKeys: String, CodingKey { case script, failures, history }

    /// A decision, and what it was made from as the database would keep it.
    public struct RecordedDecision: Sendable {
        public var release: ReleaseID
        public var decision: Decision
        public var evidence: [UInt8]?
    }

    public init(
        script: String, failures: [ScriptFailure], history: [ScriptMoment], recorded: [RecordedDecision] = [],
        recordings: [ReleaseRecording] = []
    ) {
        self.script = script
        self.failures = failures
        self.history = history
        self.recorded = recorded
        self.recordings = recordings
    }

    public var holds: Bool { failures.isEmpty }

    /// The lines of the history around a failure's time: some before and some after it.
    public func history(around failure: ScriptFailure, lines: Int = 4) -> [ScriptMoment] {
        guard let at = failure.at else { return Array(history.suffix(2 * lines)) }
        let earlier = history.filter { $0.at < at }.suffix(lines)
        let then = history.filter { $0.at == at }
        let later = history.filter { $0.at > at }.prefix(lines)
        return earlier + then + later
    }
}

/// One expectation that did not hold.
public struct ScriptFailure: Error, Sendable, Codable, CustomStringConvertible {
    public var script: String
    public var line: Int
    /// The script's line.
    public var expected: String
    /// What was there instead.
    public var got: String
    /// The time that the line speaks of; nil where it speaks of all.
    public var at: TimeSpan?

    public var description: String { "\(script):\(line): expected \(expected)\n  got: \(got)" }
}

/// One thing that happened while a script ran: a decision, or an attempt to carry a weight.
public struct ScriptMoment: Sendable, Codable, CustomStringConvertible {
    public var at: TimeSpan
    /// In the words of the script language, so that it can be pasted as an expectation.
    public var text: String

    public var description: String { text }
}
