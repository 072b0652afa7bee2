public import ReleaseModel

/// How far one check of one release has come. It travels in the plugin's state.
public struct CheckProgress: Sendable, Hashable, Codable {
    /// End of the first window in which the canary had the weight.
    public private(set) var began: Timestamp?
    public private(set) var measured: Timestamp?
    public private(set) var measurements = 0
    /// Of the newest measurement; empty where it brought no answer.
    public private(set) var values: [Double] = []

    public init() {}

    /// Notes the canary's weight in the window that ends at `now`, and says whether a measurement is due in it.
    public mutating func isDue(_ schedule: CheckSchedule, weight: Weight, now: Timestamp) -> Bool {
        guard weight > .zero, weight >= schedule.from else { return false }
        let began = began ?? now
        self.began = began
        if let count = schedule.count, measurements >= count { return false }
        guard let measured else { return now - began >= schedule.delay }
        // A window comes a little early or late; a measurement is not put off by a whole window for that.
        return (now - measured).seconds >= schedule.every.seconds * Self.punctuality
    }

    private static let punctuality = 0.95

    /// - Parameter values: nil or empty where the measurement brought no answer.
    public mutating func record(_ values: [Double]?, at now: Timestamp) {
        measured = now
        measurements += 1
        self.values = values ?? []
    }

    /// What is reported of the check in a window that ends at `now`.
    public func samples(_ schedule: CheckSchedule, now: Timestamp) -> [Sample] {
        func sample(_ metric: String, _ instance: String, _ time: Timestamp, _ value: Double) -> Sample {
            Sample(metric: metric, arm: Arm.canary, instance: instance, time: time, value: .gauge(value))
        }
        guard let measured else { return [sample(Metric.waitingCheck(schedule.name), "check", now, 1)] }
        guard !values.isEmpty else { return [sample(Metric.unansweredCheck(schedule.name), "check", measured, 1)] }
        return values.enumerated().map { sample(Metric.check(schedule.name), "\($0.offset)", measured, $0.element) }
    }
}
