/// What a miner made of one log.
public struct MinedLog: Sendable, Codable {
    public var accuracy: Double
    /// Processor time of the one thread that mined.
    public var linesPerSecond: Double

    public init(accuracy: Double, linesPerSecond: Double) {
        self.accuracy = accuracy
        self.linesPerSecond = linesPerSecond
    }
}
