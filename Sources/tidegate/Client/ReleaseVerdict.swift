import ArgumentParser
import ReleaseModel

/// What a release comes to for a pipeline that waits for it.
enum ReleaseVerdict: String, Sendable, Codable, Hashable {
    /// Promoted; or under way and judged healthy.
    case healthy
    /// Paused, or waiting for an approval: nothing happens without a person.
    case needsPerson
    /// Rolled back, aborted or superseded, or on the way there.
    case retreated
    /// Under way, and neither.
    case undecided

    init(state: ReleaseState, verdict: Verdict?) {
        switch state {
        case .promoted: self = .healthy
        case .paused, .awaitingApproval: self = .needsPerson
        case .rollingBack, .rolledBack, .aborting, .aborted, .superseding, .superseded: self = .retreated
        case .pending, .progressing, .baking: self = verdict == .healthy ? .healthy : .undecided
        }
    }

    /// 0 healthy, 2 a person is needed, 3 rolled back or aborted, 4 still undecided.
    var exitCode: ExitCode {
        switch self {
        case .healthy: .success
        case .needsPerson: ExitCode(2)
        case .retreated: ExitCode(3)
        case .undecided: ExitCode(4)
        }
    }
}
