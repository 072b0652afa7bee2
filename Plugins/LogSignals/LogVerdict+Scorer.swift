internal import LogMining
internal import ReleaseModel

extension LogVerdict {
    /// The anomaly's reading with an external score beside the own one.
    ///
    /// A failed scorer fails the signal, unless the own evidence already reaches the alarm: a breach acts whatever else is unknown. A
    /// canary that is silent stays so, whatever a model makes of nothing.
    func anomalyReading(_ external: Result<ExternalScore, ScorerFailure>?, mode: ScorerSettings.Mode) -> SignalReading {
        let own = ownReading
        guard let external else { return own }
        if let silent { return .missing(silent) }
        switch external {
        case .failure(let failure):
            if let anomaly, anomaly >= Self.alarm, mode == .highest { return .number(anomaly) }
            return .failed(failure.reason)
        case .success(let external):
            if mode == .replace { return .number(external.score) }
            if let anomaly { return .number(max(anomaly, external.score)) }
            return external.score >= Self.alarm ? .number(external.score) : own
        }
    }

    private var ownReading: SignalReading {
        if let anomaly { return .number(anomaly) }
        return .missing(silent ?? incomparable ?? "nothing is known of the canary's log")
    }
}
