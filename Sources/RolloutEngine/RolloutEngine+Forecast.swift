public import ReleaseModel

extension RolloutEngine {
    /// Longer forecasts than this are none.
    static let longestForecast = TimeSpan.seconds(365 * 86_400)

    /// When the stage and the release will end if the traffic stays as it was in this stage; nil outside of stages and bake, and before
    /// anything was watched.
    public func forecast(_ state: RolloutState) -> Forecast? {
        guard state.isCarried, state.state == .progressing || state.state == .baking, let index = state.stage else { return nil }
        let stay = state.stageWatched + (state.stageExtended ?? .zero)
        guard stay > .zero else { return nil }
        let seen = max(0, (state.samples ?? 0) - (state.samplesAtStage ?? state.samples ?? 0))
        let rate = seen / stay.seconds
        guard policy.stages.indices.contains(index) else {
            let left = max(.zero, policy.bake - state.stageWatched)
            return Forecast(requestsPerSecond: rate, samplesMissing: 0, stageLeft: left, fallsShort: false, releaseLeft: left)
        }
        let stage = policy.stages[index]
        let missing = max(0, Double(stage.samples) - seen)
        let left = Self.time(for: missing, at: rate).map { max($0, stage.duration - state.stageWatched) }
        let longest = stage.duration * max(1, stage.extend) - stay
        return Forecast(
            requestsPerSecond: rate, samplesMissing: missing, stageLeft: left, fallsShort: left.map { $0 > longest } ?? true,
            releaseLeft: left.flatMap { rest(after: index, rate: rate).map($0.plus) })
    }

    /// What the later stages and the bake take; nil where a stage's samples never come.
    private func rest(after index: Int, rate: Double) -> TimeSpan? {
        let weight = Double(policy.stages[index].weight.basisPoints)
        var total = policy.bake
        for stage in policy.stages.dropFirst(index + 1) {
            let share = weight > 0 ? Double(stage.weight.basisPoints) / weight : 1
            guard let samples = Self.time(for: Double(stage.samples), at: rate * share) else { return nil }
            total = total + max(stage.duration, samples)
        }
        return total
    }

    private static func time(for samples: Double, at rate: Double) -> TimeSpan? {
        guard samples > 0 else { return .zero }
        let seconds = samples / rate
        return seconds <= longestForecast.seconds ? .seconds(seconds) : nil
    }
}

extension TimeSpan {
    fileprivate func plus(_ other: TimeSpan) -> TimeSpan { self + other }
}
