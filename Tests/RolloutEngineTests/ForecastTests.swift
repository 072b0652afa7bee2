import ReleaseModel
import RolloutEngine
import Testing

/// When a stage and the whole release will end at the present traffic.
@Suite struct ForecastTests {
    private func engine(_ stages: [Stage], bake: Double = 600) throws -> RolloutEngine {
        try RolloutEngine(
            policy: Policy(
                name: "p", traffic: PluginUse(plugin: "nginx"),
                metrics: MetricsPolicy(source: PluginUse(plugin: "prometheus"), every: .seconds(10), lag: .zero), logs: nil,
                routing: RoutingPolicy(
                    plugin: "WeightedCanary", coloring: "TrafficColoring", key: "cookie.uid", tagHeader: "x-gray-tag", colors: [], rules: []
                ),
                stages: stages, warmUp: .zero, bake: .seconds(bake), health: PluginUse(plugin: "HealthScore"),
                tree: [TreeNode(name: "all good", condition: nil, action: .advance)], notify: []), signals: [])
    }

    private func state(_ stage: Int, watched: Double, samples: Double?, at entered: Double? = 0, _ state: ReleaseState = .progressing)
        -> RolloutState
    {
        var result = RolloutState()
        result.state = state
        result.stage = stage
        result.isApplied = true
        result.stageWatched = .seconds(watched)
        result.samples = samples
        result.samplesAtStage = entered
        return result
    }

    private static let two = [
        Stage(weight: Weight(basisPoints: 100), duration: .seconds(600), samples: 500),
        Stage(weight: Weight(basisPoints: 1000), duration: .seconds(1200), samples: 100),
    ]

    @Test func theLongerOfTimeAndSamplesCounts() throws {
        let forecast = try #require(try engine(Self.two).forecast(state(0, watched: 100, samples: 50)))
        #expect(forecast.requestsPerSecond == 0.5)
        #expect(forecast.samplesMissing == 450)
        #expect(forecast.stageLeft == .seconds(900))
        #expect(forecast.fallsShort == false)
        // Ten times the weight brings ten times the traffic, so the second stage lasts its time.
        #expect(forecast.releaseLeft == .seconds(900 + 1200 + 600))
        let busy = try #require(try engine(Self.two).forecast(state(0, watched: 100, samples: 5000)))
        #expect(busy.stageLeft == .seconds(500))
    }

    @Test func samplesThatComeTooLateOrNeverAreSaid() throws {
        let slow = try #require(try engine(Self.two).forecast(state(0, watched: 100, samples: 5)))
        #expect(slow.stageLeft == .seconds(9900))
        #expect(slow.fallsShort)
        let none = try #require(try engine(Self.two).forecast(state(0, watched: 100, samples: 0)))
        #expect(none.stageLeft == nil)
        #expect(none.releaseLeft == nil)
        #expect(none.fallsShort)
        let unknown = try #require(try engine(Self.two).forecast(state(0, watched: 100, samples: nil, at: nil)))
        #expect(unknown.fallsShort)
    }

    @Test func bakingEndsWithItsTime() throws {
        let forecast = try #require(try engine(Self.two).forecast(state(2, watched: 100, samples: 50, .baking)))
        #expect(forecast.stageLeft == .seconds(500))
        #expect(forecast.releaseLeft == .seconds(500))
    }

    @Test func nothingIsForetoldWithoutAStage() throws {
        #expect(try engine(Self.two).forecast(state(0, watched: 0, samples: 0)) == nil)
        #expect(try engine(Self.two).forecast(state(0, watched: 100, samples: 50, .paused)) == nil)
        var drifting = state(0, watched: 100, samples: 50)
        drifting.isDrifting = true
        #expect(try engine(Self.two).forecast(drifting) == nil)
    }
}
