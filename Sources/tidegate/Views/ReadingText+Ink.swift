import ReleaseModel
import ReportText

/// The colours of a terminal that go with what is read.
extension ReadingText {
    static func ink(of reading: SignalReading) -> Style.Ink? {
        switch reading {
        case .bool, .number, .string: nil
        case .missing: .yellow
        case .failed: .red
        }
    }

    static func ink(of state: ReleaseState) -> Style.Ink {
        switch state {
        case .promoted: .green
        case .rolledBack, .rollingBack, .aborted, .aborting: .red
        case .paused, .awaitingApproval, .superseding, .superseded: .yellow
        case .pending, .progressing, .baking: .cyan
        }
    }

    static func ink(of verdict: Verdict) -> Style.Ink {
        switch verdict {
        case .healthy: .green
        case .degraded, .error: .red
        case .inconclusive, .noData: .yellow
        }
    }

    static func ink(of kind: Decision.Kind) -> Style.Ink? {
        switch kind {
        case .rollback, .abort, .error, .drift, .reject, .freeze, .stepDown: .red
        case .hold, .pause, .ask, .observe, .supersede, .refuse: .yellow
        case .advance, .promote, .complete, .approve: .green
        case .start, .resume, .bake, .confirm, .clear: nil
        }
    }
}
