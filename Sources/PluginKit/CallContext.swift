/// What surrounds one call of a plugin.
public struct CallContext: Sendable {
    /// When the answer must be there. Input and output inside the call get what is left; after it the host gives the call up and ends the child.
    public let deadline: ContinuousClock.Instant

    public init(deadline: ContinuousClock.Instant) { self.deadline = deadline }

    /// What is left until the deadline; zero when it is over.
    public var remaining: Duration { max(.zero, ContinuousClock.now.duration(to: deadline)) }
}
