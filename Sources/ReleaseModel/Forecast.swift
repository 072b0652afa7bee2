/// How long a release will still take at the traffic that its present stage has had so far.
public struct Forecast: Sendable, Hashable, Codable {
    /// Canary requests a second in this stage.
    public var requestsPerSecond: Double
    /// Canary requests that the stage still wants.
    public var samplesMissing: Double
    /// Until the stage has lasted its time and has its samples; nil where its samples never come.
    public var stageLeft: TimeSpan?
    /// True where the samples would take longer than the stage may last, so that its `then` decides.
    public var fallsShort: Bool
    /// Until the bake is over, with the traffic growing like the weights; nil where a stage's samples never come. Waiting for people is
    /// not in it.
    public var releaseLeft: TimeSpan?

    public init(
        requestsPerSecond: Double, samplesMissing: Double, stageLeft: TimeSpan?, fallsShort: Bool, releaseLeft: TimeSpan?
    ) {
        self.requestsPerSecond = requestsPerSecond
        self.samplesMissing = samplesMissing
        self.stageLeft = stageLeft
        self.fallsShort = fallsShort
        self.releaseLeft = releaseLeft
    }
}
