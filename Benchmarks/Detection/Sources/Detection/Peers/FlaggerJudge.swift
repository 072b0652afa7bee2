/// Flagger: failed checks add up over the whole analysis, and once there are `threshold` of them the next run of the controller rolls back
/// (scheduler.go, advanceCanary: the count is looked at before the metrics are). A check fails where the success rate is under 99%, as in
/// the manual's example, which allows 5 failed checks.
public struct FlaggerJudge: Judge {
    public var threshold: Double { 0.01.nextUp }
    private let failedChecks: Int
    private var worst: [Double] = []

    public init(failedChecks: Int = 5) { self.failedChecks = failedChecks }

    /// The error rate that `failedChecks` of the polls before this one reached.
    public mutating func suspicion(_ counts: PollCounts) -> Double {
        let figure = worst.count >= failedChecks ? worst[failedChecks - 1] : 0
        LargestValues.note(counts.poll.canaryEvents / counts.poll.canaryExposure, in: &worst, keeping: failedChecks)
        return figure
    }
}
