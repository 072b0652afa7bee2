internal import ReleaseModel

/// How many instances of a side were compared in a window, and how old they are.
struct CohortAges: Codable {
    private var instances = 0
    private var warm = 0
    private var youngestSeconds: Double?
    private var oldestSeconds: Double?

    init(_ instances: [InstanceFigures], end: Double) {
        self.instances = instances.count
        warm = instances.filter(\.isWarm).count
        youngestSeconds = instances.map { max(0, end - $0.start) }.min()
        oldestSeconds = instances.map { max(0, end - $0.start) }.max()
    }

    var evidence: JSONValue {
        [
            "instances": .figure(Double(instances)), "warm": .figure(Double(warm)), "youngestSeconds": .figure(youngestSeconds),
            "oldestSeconds": .figure(oldestSeconds),
        ]
    }
}

extension PollWindow {
    /// Leaves of stable only the fresh baseline cohort that the policy names: instances that started about when the canary's did.
    mutating func keepFreshBaseline(_ settings: Settings) {
        guard let apart = settings.freshSeconds else { return }
        let starts = canary.map(\.start)
        guard let first = starts.min(), let last = starts.max() else {
            stable = []
            return
        }
        stable = stable.filter { (first - apart...last + apart).contains($0.start) }
    }
}
