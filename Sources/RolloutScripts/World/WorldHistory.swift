import ReleaseModel

/// What could be seen from outside while simulated releases ran.
struct WorldHistory {
    /// One attempt to carry weights to the data plane.
    struct Effect {
        var time: Timestamp
        var canary: Weight
        var ok: Bool
    }

    struct Observation {
        var time: Timestamp
        var dataPlane: SimulatedDataPlane
        var states: [(release: ReleaseID, state: ReleaseState)]
        var weight: Weight { dataPlane.canaryWeight }
    }

    private(set) var effects: [Effect] = []
    private(set) var observations: [Observation] = []

    mutating func add(_ effect: Effect) { effects.append(effect) }

    mutating func observe(_ dataPlane: SimulatedDataPlane, states: [(ReleaseID, ReleaseState)], at time: Timestamp) {
        if observations.last?.time == time { observations.removeLast() }
        observations.append(Observation(time: time, dataPlane: dataPlane, states: states))
    }

    /// A stretch of time under one weight of the canary.
    struct Traffic {
        var weight: Weight
        var seconds: Double
    }

    /// Under which weights the traffic ran between two times.
    func traffic(from start: Timestamp, to end: Timestamp) -> [Traffic] {
        var stretches: [Traffic] = []
        var begin = start
        var weight = observation(at: start)?.weight ?? .zero
        // Observations are in the order of time; those before the stretch are many, so that the search goes from the end.
        let first = observations.lastIndex { $0.time <= start }.map { $0 + 1 } ?? 0
        for observation in observations[first...] where observation.time < end && observation.weight != weight {
            stretches.append(Traffic(weight: weight, seconds: (observation.time - begin).seconds))
            (begin, weight) = (observation.time, observation.weight)
        }
        stretches.append(Traffic(weight: weight, seconds: (end - begin).seconds))
        return stretches
    }

    /// What was seen last at `time` or before.
    func observation(at time: Timestamp) -> Observation? { observations.last { $0.time <= time } }
}
