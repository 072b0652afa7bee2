internal import Statistics

/// Requests, errors and latencies of one arm over a stretch of time.
struct Tally: Codable {
    var requests = 0.0
    var errors = 0.0
    var latency: Histogram?

    /// What one window adds. Errors count from every instance, latencies only from warm ones.
    init(_ instances: [InstanceFigures]) {
        for instance in instances {
            guard let requests = instance.requests, let errors = instance.errors else { continue }
            self.requests += requests
            self.errors += errors
        }
        latency = LatencyJudge.merged(instances)
    }

    init() {}

    mutating func add(_ other: Tally) {
        requests += other.requests
        errors += other.errors
        if let more = other.latency { latency = latency.map { $0.merged(with: more) } ?? more }
    }
}

/// The tallies of the last while, in slots that are forgotten one by one.
struct RollingTally: Codable {
    /// The window slides by its sixth part.
    static let slots = 6.0

    private struct Slot: Codable {
        var index: Int
        var tally: Tally
    }

    private var slots: [Slot] = []

    mutating func add(_ tally: Tally, at time: Double, windowSeconds: Double) {
        let slotSeconds = windowSeconds / Self.slots
        let index = Int((time / slotSeconds).rounded(.up)) - 1
        if let last = slots.last, last.index == index {
            slots[slots.count - 1].tally.add(tally)
        } else {
            slots.append(Slot(index: index, tally: tally))
        }
        slots.removeAll { Double($0.index + 1) * slotSeconds <= time - windowSeconds }
    }

    /// What lies in the window that ends now.
    func sum(at now: Double, windowSeconds: Double) -> Tally {
        let slotSeconds = windowSeconds / Self.slots
        return slots.filter { Double($0.index + 1) * slotSeconds > now - windowSeconds }.reduce(into: Tally()) { $0.add($1.tally) }
    }
}
