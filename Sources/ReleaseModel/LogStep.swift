/// One log event that a sequence of the policy waits for: which of its steps, whose, and when. No text.
///
/// The log intake makes them from lines, before lines become counts, since a sequence needs the order of events of one key.
public struct LogStep: Sendable, Hashable, Codable {
    /// The revision's arm in the release that is being judged.
    public var arm: String
    /// Identity of the pattern and of what its events have in common.
    public var sequence: String
    /// Bit n is set where the event can be the pattern's step n, from 0. 0 says that events were left out here, for want of room.
    public var steps: Int
    /// Digest of the value that the sequence's events share; empty where they share only the revision.
    public var key: String
    public var at: Timestamp

    public init(arm: String, sequence: String, steps: Int, key: String, at: Timestamp) {
        self.arm = arm
        self.sequence = sequence
        self.steps = steps
        self.key = key
        self.at = at
    }
}
