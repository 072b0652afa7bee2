import DecisionReplay
import Foundation
import HealthScore
import PluginKit
import ReleaseModel
import RolloutScripts
import Testing

/// Every decision of every script is made again from its evidence.
@Suite struct ReplayTests {
    /// Decisions of one step: they rest on the same evidence.
    private struct RecordedStep {
        var evidence: [UInt8]
        var decisions: [StepReplay.Recorded] = []
    }

    private static func steps(of outcome: ScriptOutcome) throws -> [RecordedStep] {
        var steps: [RecordedStep] = []
        for (index, recorded) in outcome.recorded.enumerated() {
            let evidence = try #require(recorded.evidence, "decision \(index) rests on nothing")
            if steps.last?.evidence != evidence { steps.append(RecordedStep(evidence: evidence)) }
            steps[steps.count - 1].decisions.append(.init(id: Int64(index + 1), decision: recorded.decision))
        }
        return steps
    }

    private static func played(_ name: String) async throws -> (policy: Policy, outcome: ScriptOutcome) {
        let text = try String(contentsOf: ScriptTests.folder.appending(path: name), encoding: .utf8)
        return try await ScriptTests.played(text, name: name)
    }

    /// HealthScore as it is built here; the scripts' own scoring is it where a script has a load.
    private static let healthScore: StepReplay.Evaluate = { plugin, request in
        do {
            let response = try HealthScore().evaluate(request, CallContext(deadline: .now + .seconds(10)))
            return response.outputs.first.map(StepReplay.Answer.output) ?? .failed("no output")
        } catch {
            return .failed("\(error)")
        }
    }

    private static let notHere: StepReplay.Evaluate = { plugin, _ in .notAtHand("the script itself was the plugin") }

    private static func reports(
        of name: String, _ change: (JSONValue) -> JSONValue = { $0 }
    ) async throws -> [ReplayReport] {
        let (policy, outcome) = try await played(name)
        let hasLoad = try String(contentsOf: ScriptTests.folder.appending(path: name), encoding: .utf8).contains("\nload ")
        let replay = try StepReplay(policy: try JSONValue(encoding: policy), evaluate: hasLoad ? healthScore : notHere)
        var reports: [ReplayReport] = []
        for step in try steps(of: outcome) {
            reports += await replay.reports(of: step.decisions, evidence: change(try JSONValue(parsing: step.evidence)))
        }
        return reports
    }

    @Test(arguments: ScriptTests.names) func everyDecisionIsMadeAgain(name: String) async throws {
        let reports = try await Self.reports(of: name)
        #expect(!reports.isEmpty)
        for report in reports {
            #expect(report.engine == .agrees, "decision \(report.decision): \(report.difference.map { "\($0)" } ?? report.reason ?? "")")
            #expect(report.isSound, "decision \(report.decision): \(report.plugins)")
        }
    }

    /// A script with a load goes through the real plugin, and the replay from samples ends as it did.
    @Test func pluginsAreReplayedFromSamples() async throws {
        let reports = try await Self.reports(of: "errors_from_metrics.rollout")
        let evaluated = reports.filter { !$0.plugins.isEmpty }
        #expect(evaluated.count >= 2)
        for report in evaluated {
            #expect(report.plugins.allSatisfy { $0.outcome == .agrees }, "\(report.plugins)")
            #expect(report.fromSamples == .agrees)
        }
    }

    /// The rollback rests on the recorded error counts: without them the plugin says something else, and so does the engine.
    @Test func otherSamplesGiveAnotherResult() async throws {
        let reports = try await Self.reports(of: "errors_from_metrics.rollout") { evidence in
            guard case .object(var document) = evidence, case .object(var details)? = document["details"],
                let samples = details["samples"]?.array
            else { return evidence }
            details["samples"] = .array(
                samples.map { sample in
                    guard case .object(var members) = sample, members["metric"]?.string == Metric.errors else { return sample }
                    members["value"] = (try? JSONValue(encoding: SampleValue.delta(0))) ?? .null
                    return .object(members)
                })
            document["details"] = .object(details)
            return .object(document)
        }
        let changed = reports.filter { report in report.plugins.contains { $0.outcome == .differs } }
        #expect(!changed.isEmpty)
        #expect(changed.contains { $0.fromSamples == .differs })
        #expect(changed.allSatisfy { !$0.isSound })
    }

    /// The engine follows the recorded signals: with a healthy reading in their place there is no rollback to find.
    @Test func otherSignalsGiveAnotherResult() async throws {
        let before = try await Self.reports(of: "rollback_by_tree.rollout")
        let after = try await Self.reports(of: "rollback_by_tree.rollout") { evidence in
            let text = evidence.canonicalText.replacing(
                "{\"evidence\":{},\"name\":\"errors.guilty\",\"reading\":{\"bool\":true}}",
                with: "{\"evidence\":{},\"name\":\"errors.guilty\",\"reading\":{\"bool\":false}}")
            return (try? JSONValue(parsing: text.utf8)) ?? .null
        }
        #expect(before.allSatisfy { $0.engine == .agrees })
        #expect(after.contains { $0.engine == .differs })
    }

    /// The stored decisions are looked at only afterwards: whatever they say, the replay comes to the same.
    @Test func theStoredVerdictIsOutOfReach() async throws {
        let (policy, outcome) = try await Self.played("rollback_by_tree.rollout")
        let replay = try StepReplay(policy: try JSONValue(encoding: policy), evaluate: Self.notHere)
        let steps = try Self.steps(of: outcome)
        let step = try #require(steps.first { $0.decisions.contains { $0.decision.kind == .rollback } })
        let evidence = try JSONValue(parsing: step.evidence)
        var forged = step.decisions
        forged[0].decision.verdict = .healthy
        forged[0].decision.reason = "all was well"
        let honest = await replay.reports(of: step.decisions, evidence: evidence)
        let caught = await replay.reports(of: forged, evidence: evidence)
        #expect(honest.allSatisfy { $0.engine == .agrees })
        #expect(caught.first?.engine == .differs)
        #expect(caught.first?.difference?.place == "reason")
        #expect(caught.first?.difference?.recorded == "all was well")
        #expect(caught.first?.difference?.replayed?.string == step.decisions[0].decision.reason)
    }

    @Test func aDecisionThatWasLeftOutIsMissed() async throws {
        let (policy, outcome) = try await Self.played("rollback_by_tree.rollout")
        let replay = try StepReplay(policy: try JSONValue(encoding: policy), evaluate: Self.notHere)
        let step = try #require(try Self.steps(of: outcome).first)
        var twice = step.decisions
        twice.append(.init(id: 99, decision: twice[0].decision))
        let added = await replay.reports(of: twice, evidence: try JSONValue(parsing: step.evidence))
        #expect(added.last?.engine == .differs, "one that the engine does not make")
    }
}
