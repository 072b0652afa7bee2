import ArgumentParser
import ReleaseModel
import Testing

@testable import tidegate

@Suite struct VerdictTests {
    @Test func everyStateHasItsExitStatus() {
        let expected: [ReleaseState: Int32] = [
            .promoted: 0, .paused: 2, .awaitingApproval: 2, .rollingBack: 3, .rolledBack: 3, .aborting: 3, .aborted: 3, .superseding: 3,
            .superseded: 3, .pending: 4, .progressing: 4, .baking: 4,
        ]
        for state in ReleaseState.allCases {
            #expect(ReleaseVerdict(state: state, verdict: nil).exitCode.rawValue == expected[state], "\(state)")
        }
    }

    @Test(arguments: [Verdict.degraded, .inconclusive, .noData, .error])
    func onlyAHealthyVerdictIsHealthy(_ verdict: Verdict) {
        #expect(ReleaseVerdict(state: .progressing, verdict: verdict).exitCode.rawValue == 4)
        #expect(ReleaseVerdict(state: .progressing, verdict: .healthy).exitCode == .success)
        #expect(ReleaseVerdict(state: .paused, verdict: .healthy).exitCode.rawValue == 2)
    }
}
