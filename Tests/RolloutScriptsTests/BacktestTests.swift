import HealthScore
import PluginKit
import ReleaseModel
import RolloutScripts
import Testing

/// Policies replayed over what was recorded of simulated releases.
@Suite struct BacktestTests {
    private static let spec = """
        policy
          stages: [{weight: 10%, for: 20s}, {weight: 50%, for: 20s}]
          bake: 1m
          tree:
            - {name: canary is worse, if: errors.guilty, then: rollback}
            - {name: score, if: 'held(score < 75, 30s)', then: rollback}
            - {name: all good, then: advance}

        """

    private static let story = """
        start    stable=v41 canary=v42
        signals  errors.guilty=false score=97
        at 25s   signals score=60
        at 65s   signals errors.guilty=true
        run to 4m
        state at 4m rolledBack
        """

    private static func recording(_ story: String = story) async throws -> ReleaseRecording {
        let outcome = try await ScriptTests.outcome(spec + story, name: "story")
        #expect(outcome.holds, "\(outcome.failures)")
        return try #require(outcome.recordings.first)
    }

    private static func run(_ spec: String, _ recording: ReleaseRecording) async throws -> BacktestResult {
        let script = try ScriptParser.parse(spec + "start\nrun to 1m\nstate at 1m progressing\n", name: "policy")
        let signals = HealthScore.descriptor.signals + ScriptTests.logSignals
        var policy = try script.resolvedPolicy(signals: signals) { try ScriptTests.policy($0, beside: ScriptTests.folder) }
        policy.logs = nil
        return try Backtest(policy, signals: signals).run(recording)
    }

    @Test func theSamePolicyEndsTheSame() async throws {
        let result = try await Self.run(Self.spec, try await Self.recording())
        #expect(result.comparison == .same, "\(result)")
        #expect(result.recorded?.end == .rolledBack && result.recorded?.because == "score")
        #expect(result.differsFrom == nil)
        #expect(result.caveats.isEmpty, "\(result.caveats)")
    }

    /// As a controller records it: what was judged is stored a moment after the decision was made.
    @Test(arguments: [true, false]) func aWindowStoredAMomentLaterIsTheSameWindow(withEvidence: Bool) async throws {
        var recording = try await Self.recording()
        for index in recording.windows.indices { recording.windows[index].at = recording.windows[index].at + .milliseconds(190) }
        if !withEvidence { for index in recording.decisions.indices { recording.decisions[index].evidence = nil } }
        let result = try await Self.run(Self.spec, recording)
        #expect(result.comparison == .same, "\(result)")
        #expect(result.replayed?.after == result.recorded?.after)
    }

    @Test func aMorePatientTreeEndsLater() async throws {
        let result = try await Self.run(Self.spec.replacing("30s)", with: "10m)"), try await Self.recording())
        // The recorded release ended before the errors were proven; what would have come then is not known.
        #expect(result.comparison == .unknown && result.replayed?.end == .open, "\(result)")
    }

    @Test func aStricterTreeEndsEarlierAndSaysBecauseOfWhat() async throws {
        let stricter = Self.spec.replacing("if: errors.guilty", with: "if: 'errors.guilty or score < 70'")
        let result = try await Self.run(stricter, try await Self.recording())
        #expect(result.comparison == .otherwise)
        #expect(result.replayed?.because == "canary is worse")
        #expect((result.replayed?.after ?? .zero) < (result.recorded?.after ?? .zero))
    }

    @Test func otherWeightsAreSaid() async throws {
        let result = try await Self.run(
            Self.spec.replacing("weight: 50%, for: 20s", with: "weight: 25%, for: 20s"), try await Self.recording())
        #expect(result.differsFrom != nil)
        #expect(result.comparison == .same, "the score fell in both")
    }

    @Test func whatIsNotRecordedIsUnknownAndSaid() async throws {
        let other = Self.spec.replacing("if: errors.guilty", with: "if: 'errors.guilty or logs.anomaly > 0.9'")
        let result = try await Self.run(other, try await Self.recording())
        #expect(result.caveats.contains("not recorded: logs.anomaly"))
        #expect(!result.decisions.contains { $0.kind == .advance }, "an unknown condition never advances")
    }

    @Test func anObservationWithoutItsSignalsGoesOn() async throws {
        let observing = Self.spec.replacing(
            "    - {name: score, if: 'held(score < 75, 30s)', then: rollback}",
            with: "    - {name: score, if: 'score < 75', then: {observe: 10s, otherwise: rollback}}")
        let result = try await Self.run(observing, try await Self.recording())
        #expect(result.caveats.contains { $0.contains("is not recorded, so that it goes on observing") }, "\(result)")
        #expect(result.replayed?.end == .open)
    }

    @Test func approvalsAreAssumedAndSaid() async throws {
        let asking = Self.spec.replacing("weight: 50%, for: 20s", with: "weight: 50%, for: 20s, approval: {role: approver}")
        let result = try await Self.run(asking, try await Self.recording())
        #expect(result.caveats.contains { $0.hasPrefix("approvals are taken as given at once") })
    }

    @Test func aPromotedReleaseIsPromotedAgain() async throws {
        let story = "start stable=v41 canary=v42\nsignals errors.guilty=false score=99\nrun to 4m\nstate at 4m promoted\n"
        let result = try await Self.run(Self.spec, try await Self.recording(story))
        #expect(result.comparison == .same && result.replayed?.end == .promoted, "\(result)")
    }

    @Test func aRecordingSurvivesItsFile() async throws {
        let recording = try await Self.recording()
        let coded = try JSONValue(encoding: recording)
        let result = try await Self.run(Self.spec, try coded.decoded(as: ReleaseRecording.self))
        #expect(result.comparison == .same)
    }
}
