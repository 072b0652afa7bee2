public import ReleaseModel

/// What happened to a release after a point: decisions and judged windows, in the order of time.
public struct EventPage: Codable, Sendable, Hashable {
    public var events: [ReleaseEvent]
    /// Hand back as `after` to hear what comes next.
    public var next: String
    public var state: ReleaseState

    public init(events: [ReleaseEvent], next: String, state: ReleaseState) {
        self.events = events
        self.next = next
        self.state = state
    }
}

/// One thing that happened to a release. Exactly one member is set.
public struct ReleaseEvent: Codable, Sendable, Hashable {
    public var decision: DecisionView?
    public var evaluation: ReleaseDetail.EvaluationView?

    public init(decision: DecisionView) { self.decision = decision }
    public init(evaluation: ReleaseDetail.EvaluationView) { self.evaluation = evaluation }
}
