import Detection
import Statistics
import Testing

/// Argo Rollouts and Flagger, after their own published tests.
@Suite struct PeerTests {
    private func counts(errors: Double) -> PollCounts {
        PollCounts(
            poll: RatePoll(canaryEvents: errors, canaryExposure: 100, baselineEvents: 9, baselineExposure: 900), sliceErrors: 1)
    }

    private func alarms(_ judge: some Judge, after failures: Int, errors: Double) -> Bool {
        var judge = judge
        var suspicion = 0.0
        for _ in 0..<failures { suspicion = judge.suspicion(counts(errors: errors)) }
        return suspicion >= judge.threshold
    }

    /// argo-rollouts analysis/analysis_test.go, TestAssessMetricStatusFailureLimit: three failures are Failed with a limit of 2, and Running with 3.
    @Test func argoFailureLimit() {
        #expect(alarms(ArgoJudge(failureLimit: 2), after: 3, errors: 6))
        #expect(!alarms(ArgoJudge(failureLimit: 3), after: 3, errors: 6))
        #expect(alarms(ArgoJudge(failureLimit: 3), after: 4, errors: 6))
        // A success rate of exactly 95% is a success.
        #expect(!alarms(ArgoJudge(failureLimit: 0), after: 9, errors: 5))
    }

    /// Failures need not follow one another, and successes do not take them back.
    @Test func argoAddsUpFailures() {
        var judge = ArgoJudge(failureLimit: 2)
        let figures = [6.0, 0, 7, 0, 0, 9].map { judge.suspicion(counts(errors: $0)) }
        #expect(figures.map { $0 >= judge.threshold } == [false, false, false, false, false, true])
    }

    /// flagger pkg/controller/scheduler_deployment_test.go, TestScheduler_DeploymentRollback: with ten failed checks of ten allowed, the next
    /// run of the controller fails the canary.
    @Test func flaggerThreshold() {
        #expect(!alarms(FlaggerJudge(failedChecks: 10), after: 10, errors: 2))
        #expect(alarms(FlaggerJudge(failedChecks: 10), after: 11, errors: 2))
        #expect(!alarms(FlaggerJudge(failedChecks: 10), after: 30, errors: 1))
        var judge = FlaggerJudge(failedChecks: 2)
        let figures = [3.0, 0, 3, 0].map { judge.suspicion(counts(errors: $0)) }
        #expect(figures.map { $0 >= judge.threshold } == [false, false, false, true])
    }

    /// 30 of 1000 against 9 of 900: z = (0.03 - 0.01)/sqrt(p(1-p)(1/1000 + 1/900)), p = 39/1900.
    @Test func zTest() {
        var judge = PolledZTest()
        let figure = judge.suspicion(
            PollCounts(poll: RatePoll(canaryEvents: 30, canaryExposure: 1000, baselineEvents: 9, baselineExposure: 900), sliceErrors: 0))
        #expect(abs(figure - 3.0697) < 1e-3, "\(figure)")
    }
}
