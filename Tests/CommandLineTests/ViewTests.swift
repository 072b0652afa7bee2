import ReleaseModel
import ReleaseServer
import Testing

@testable import tidegate

@Suite struct ViewTests {
    @Test func theLiveViewShowsTheRelease() {
        let lines = LiveView(style: .plain, columns: 90).lines(for: Samples.detail(), decisions: [Samples.decision(.advance)])
        #expect(
            lines == [
                "checkout-7  checkout v41 -> v42 on edge  progressing",
                "policy demo, started by jenkins for alice 1m12s ago, led by host-1 (term 4)",
                "",
                "stages   ✓ 5% ─ ● 25% ─ ○ 100% ─ ○ bake 30s",
                "         12s of 20s watched, 340 of 500 samples",
                "weight   ███████░░░░░░░░░░░░░░░░░░░░░░░ 25%",
                "score    97.25  inconclusive  window to 02:01:10",
                "",
                "errors.guilty   no",
                "latency.guilty  missing (no canary requests)",
                "",
                "   canary is worse  unknown errors.guilty or latency.guilty",
                " ▶ all good         true    always",
                "",
                "02:01:00  advance    weight 5% -> 25%  because \"stage complete\"",
            ])
    }

    @Test func aWeightThatWasNotReadBackIsSaidSo() {
        #expect(WeightBar(detail: Samples.detail(observed: nil)).line().hasSuffix("25%  declared 25%, not yet read back"))
        #expect(WeightBar(detail: Samples.detail(observed: "5%")).line().hasSuffix("5%  declared 25%"))
        var drifting = Samples.detail()
        drifting.progress?.isDrifting = true
        #expect(WeightBar(detail: drifting).line().contains("changed by someone else"))
    }

    @Test(arguments: [
        (ReleaseState.rolledBack, "✓ 5% ─ ✗ 25% ─ ○ 100% ─ ○ bake 30s"), (.baking, "✓ 5% ─ ✓ 25% ─ ✓ 100% ─ ● bake 30s"),
        (.promoted, "✓ 5% ─ ✓ 25% ─ ✓ 100% ─ ✓ bake 30s"),
    ])
    func theLadderKnowsTheEnd(_ state: ReleaseState, _ line: String) {
        #expect(StageLadder(detail: Samples.detail(state: state)).line() == line)
    }

    @Test func decisionsAndWindowsAreOneLineEach() {
        let rollback = Samples.decision(
            .rollback, to: .rollingBack, before: "25%", after: "0%", because: "canary is worse", reason: "errors.guilty is true")
        #expect(
            DecisionLine(record: rollback).text()
                == "02:01:00  rollback   weight 25% -> 0%  progressing -> rollingBack  because \"canary is worse\"  errors.guilty is true")
        let pause = Samples.decision(
            .pause, to: .paused, before: "25%", because: "command", reason: "odd totals", actor: Actor(name: "bob", means: .token))
        #expect(
            DecisionLine(record: pause).text()
                == "02:01:00  pause      progressing -> paused  because \"command\"  odd totals  by bob")
        let evaluation = ReleaseDetail.EvaluationView(
            windowEnd: Samples.start, verdict: .degraded, because: "canary is worse",
            signals: [Signal(name: "score", reading: .number(61)), Signal(name: "errors.guilty", reading: .bool(true))], path: [])
        #expect(
            EventLine(event: ReleaseEvent(evaluation: evaluation)).text()
                == "02:00:00  judged     degraded  score 61  errors.guilty  \"canary is worse\"")
    }

    @Test func signalsStandInTwoColumnsWhereThereIsRoom() {
        let signals = (1...5).map { Signal(name: "signal.\($0)", reading: .number(Double($0))) }
        #expect(SignalGrid(signals: signals).lines(columns: 60).count == 5)
        let wide = SignalGrid(signals: signals).lines(columns: 100)
        #expect(wide.count == 3)
        #expect(wide[0] == "signal.1  1" + String(repeating: " ", count: 39) + "signal.4  4")
    }

    @Test func aDecisionIsExplained() {
        var record = Samples.decision(.advance, because: "all good", reason: "the stage is complete")
        record.decision.from = .progressing
        let detail = DecisionDetail(record: record, evidence: ["event": ["evaluated": ["_0": ["signals": []]]]])
        let lines = DecisionReport(detail: detail, page: "http://127.0.0.1:8420/v1/decisions/1/page.html").lines(columns: 90)
        #expect(
            lines == [
                "decision 1: advance of checkout-7 at 2026-11-21 02:01:00Z",
                "",
                "state     stays progressing",
                "weights   stable 95%, canary 5% -> stable 75%, canary 25%",
                "verdict   healthy",
                "because   \"all good\"",
                "reason    the stage is complete",
                "by        controller (controller)",
                "written   2026-11-21 02:01:00Z by host-1, lease term 4",
                "policy    9c1d",
                "evidence  sha256 abcd",
                "page      http://127.0.0.1:8420/v1/decisions/1/page.html",
                "",
                "tree",
                "   canary is worse  unknown errors.guilty or latency.guilty",
                "      errors.guilty = no",
                "      latency.guilty = missing (no canary requests)",
                " ▶ all good         true    always",
            ])
    }

    @Test func theScreenIsRedrawnInPlace() {
        let console = Console.buffer(isTerminal: true)
        var screen = LiveScreen(console: console)
        screen.draw(["one", "two"])
        screen.draw(["three"])
        #expect(console.written == "one\u{1B}[K\ntwo\u{1B}[K\n\u{1B}[J\u{1B}[2Fthree\u{1B}[K\n\u{1B}[J")
    }
}
