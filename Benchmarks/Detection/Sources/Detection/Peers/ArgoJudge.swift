/// Argo Rollouts: a metric fails once more measurements have failed than `failureLimit` (analysis.go,
/// assessMetricFailureInconclusiveOrError). A measurement fails where its success rate is under 95%, the condition of the manual's example.
public struct ArgoJudge: Judge {
    public var threshold: Double { 0.05.nextUp }
    private let failureLimit: Int
    private var worst: [Double] = []

    /// The manual's example has a limit of 3.
    public init(failureLimit: Int = 3) { self.failureLimit = failureLimit }

    /// The error rate that more than `failureLimit` measurements reached.
    public mutating func suspicion(_ counts: PollCounts) -> Double {
        LargestValues.note(counts.poll.canaryEvents / counts.poll.canaryExposure, in: &worst, keeping: failureLimit + 1)
        return worst.count > failureLimit ? worst[failureLimit] : 0
    }
}

/// The largest values of a series, in falling order.
enum LargestValues {
    static func note(_ value: Double, in list: inout [Double], keeping count: Int) {
        let place = list.firstIndex { $0 < value } ?? list.count
        guard place < count else { return }
        list.insert(value, at: place)
        if list.count > count { list.removeLast() }
    }
}
